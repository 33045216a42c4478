package import SecretMemory

/// A new key pair; its private half in plain and sealed under the key.
package struct GenerateDataKeyPairRequest: Equatable, Sendable {
    package var keyID: String
    package var keyPairSpec: DataKeyPairSpec
    package var encryptionContext: EncryptionContext
    package var grantTokens: [String]
    package var recipient: RecipientInfo?
    package var dryRun: Bool

    package init(
        keyID: String, keyPairSpec: DataKeyPairSpec, encryptionContext: EncryptionContext = .empty,
        grantTokens: [String] = [], recipient: RecipientInfo? = nil, dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.keyPairSpec = keyPairSpec
        self.encryptionContext = encryptionContext
        self.grantTokens = grantTokens
        self.recipient = recipient
        self.dryRun = dryRun
    }
}

package struct GenerateDataKeyPairResponse: ~Copyable, Sendable {
    package var privateKeyCiphertextBlob: [UInt8]
    /// PKCS#8, DER.
    package let privateKeyPlaintext: SecretBytes
    /// X.509 SubjectPublicKeyInfo, DER.
    package var publicKey: [UInt8]
    /// The key's ARN.
    package var keyID: String
    package var keyPairSpec: DataKeyPairSpec
    package var keyMaterialID: String?

    package init(
        privateKeyCiphertextBlob: [UInt8], privateKeyPlaintext: consuming SecretBytes,
        publicKey: [UInt8], keyID: String, keyPairSpec: DataKeyPairSpec,
        keyMaterialID: String? = nil
    ) {
        self.privateKeyCiphertextBlob = privateKeyCiphertextBlob
        self.privateKeyPlaintext = privateKeyPlaintext
        self.publicKey = publicKey
        self.keyID = keyID
        self.keyPairSpec = keyPairSpec
        self.keyMaterialID = keyMaterialID
    }
}
