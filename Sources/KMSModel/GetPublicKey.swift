/// The public half of an asymmetric key.
package struct GetPublicKeyRequest: Equatable, Sendable {
    package var keyID: String
    package var grantTokens: [String]

    package init(keyID: String, grantTokens: [String] = []) {
        self.keyID = keyID
        self.grantTokens = grantTokens
    }
}

package struct GetPublicKeyResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    /// X.509 SubjectPublicKeyInfo, DER.
    package var publicKey: [UInt8]
    package var keySpec: KeySpec
    package var keyUsage: KeyUsage
    package var encryptionAlgorithms: [EncryptionAlgorithm]
    package var signingAlgorithms: [SigningAlgorithm]
    package var keyAgreementAlgorithms: [KeyAgreementAlgorithm]
    package var encapsulationAlgorithms: [EncapsulationAlgorithm]

    package init(
        keyID: String, publicKey: [UInt8], keySpec: KeySpec, keyUsage: KeyUsage,
        encryptionAlgorithms: [EncryptionAlgorithm] = [],
        signingAlgorithms: [SigningAlgorithm] = [],
        keyAgreementAlgorithms: [KeyAgreementAlgorithm] = [],
        encapsulationAlgorithms: [EncapsulationAlgorithm] = []
    ) {
        self.keyID = keyID
        self.publicKey = publicKey
        self.keySpec = keySpec
        self.keyUsage = keyUsage
        self.encryptionAlgorithms = encryptionAlgorithms
        self.signingAlgorithms = signingAlgorithms
        self.keyAgreementAlgorithms = keyAgreementAlgorithms
        self.encapsulationAlgorithms = encapsulationAlgorithms
    }
}
