package import SecretMemory

/// Opens what ``EncapsulateRequest`` made: the shared secret again.
package struct DecapsulateRequest: Equatable, Sendable {
    package var keyID: String
    package var sharedSecretCiphertextBlob: [UInt8]
    package var encapsulationAlgorithm: EncapsulationAlgorithm
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        keyID: String, sharedSecretCiphertextBlob: [UInt8],
        encapsulationAlgorithm: EncapsulationAlgorithm, grantTokens: [String] = [],
        dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.sharedSecretCiphertextBlob = sharedSecretCiphertextBlob
        self.encapsulationAlgorithm = encapsulationAlgorithm
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct DecapsulateResponse: ~Copyable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package let sharedSecret: SecretBytes
    package var encapsulationAlgorithm: EncapsulationAlgorithm

    package init(
        keyID: String, sharedSecret: consuming SecretBytes,
        encapsulationAlgorithm: EncapsulationAlgorithm
    ) {
        self.keyID = keyID
        self.sharedSecret = sharedSecret
        self.encapsulationAlgorithm = encapsulationAlgorithm
    }
}
