package import SecretMemory

/// A new shared secret, in plain and encapsulated to the key.
package struct EncapsulateRequest: Equatable, Sendable {
    package var keyID: String
    package var encapsulationAlgorithm: EncapsulationAlgorithm
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        keyID: String, encapsulationAlgorithm: EncapsulationAlgorithm, grantTokens: [String] = [],
        dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.encapsulationAlgorithm = encapsulationAlgorithm
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct EncapsulateResponse: ~Copyable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package let sharedSecret: SecretBytes
    package var sharedSecretCiphertextBlob: [UInt8]
    package var encapsulationAlgorithm: EncapsulationAlgorithm

    package init(
        keyID: String, sharedSecret: consuming SecretBytes, sharedSecretCiphertextBlob: [UInt8],
        encapsulationAlgorithm: EncapsulationAlgorithm
    ) {
        self.keyID = keyID
        self.sharedSecret = sharedSecret
        self.sharedSecretCiphertextBlob = sharedSecretCiphertextBlob
        self.encapsulationAlgorithm = encapsulationAlgorithm
    }
}
