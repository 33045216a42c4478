package import SecretMemory

/// The shared secret of the key's private half and somebody's public key, by ECDH.
package struct DeriveSharedSecretRequest: Equatable, Sendable {
    package var keyID: String
    package var keyAgreementAlgorithm: KeyAgreementAlgorithm
    /// X.509 SubjectPublicKeyInfo, DER.
    package var publicKey: [UInt8]
    package var grantTokens: [String]
    package var dryRun: Bool
    package var recipient: RecipientInfo?

    package init(
        keyID: String, keyAgreementAlgorithm: KeyAgreementAlgorithm, publicKey: [UInt8],
        grantTokens: [String] = [], dryRun: Bool = false, recipient: RecipientInfo? = nil
    ) {
        self.keyID = keyID
        self.keyAgreementAlgorithm = keyAgreementAlgorithm
        self.publicKey = publicKey
        self.grantTokens = grantTokens
        self.dryRun = dryRun
        self.recipient = recipient
    }
}

package struct DeriveSharedSecretResponse: ~Copyable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package let sharedSecret: SecretBytes
    package var keyAgreementAlgorithm: KeyAgreementAlgorithm
    package var keyOrigin: Origin

    package init(
        keyID: String, sharedSecret: consuming SecretBytes,
        keyAgreementAlgorithm: KeyAgreementAlgorithm, keyOrigin: Origin
    ) {
        self.keyID = keyID
        self.sharedSecret = sharedSecret
        self.keyAgreementAlgorithm = keyAgreementAlgorithm
        self.keyOrigin = keyOrigin
    }
}
