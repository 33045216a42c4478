/// A new key pair; its private half sealed under the key and forgotten here.
package struct GenerateDataKeyPairWithoutPlaintextRequest: Equatable, Sendable {
    package var keyID: String
    package var keyPairSpec: DataKeyPairSpec
    package var encryptionContext: EncryptionContext
    package var grantTokens: [String]
    package var dryRun: Bool

    package init(
        keyID: String, keyPairSpec: DataKeyPairSpec, encryptionContext: EncryptionContext = .empty,
        grantTokens: [String] = [], dryRun: Bool = false
    ) {
        self.keyID = keyID
        self.keyPairSpec = keyPairSpec
        self.encryptionContext = encryptionContext
        self.grantTokens = grantTokens
        self.dryRun = dryRun
    }
}

package struct GenerateDataKeyPairWithoutPlaintextResponse: Equatable, Sendable {
    package var privateKeyCiphertextBlob: [UInt8]
    /// X.509 SubjectPublicKeyInfo, DER.
    package var publicKey: [UInt8]
    /// The key's ARN.
    package var keyID: String
    package var keyPairSpec: DataKeyPairSpec
    package var keyMaterialID: String?

    package init(
        privateKeyCiphertextBlob: [UInt8], publicKey: [UInt8], keyID: String,
        keyPairSpec: DataKeyPairSpec, keyMaterialID: String? = nil
    ) {
        self.privateKeyCiphertextBlob = privateKeyCiphertextBlob
        self.publicKey = publicKey
        self.keyID = keyID
        self.keyPairSpec = keyPairSpec
        self.keyMaterialID = keyMaterialID
    }
}
