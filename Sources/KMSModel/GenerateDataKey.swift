package import SecretMemory

/// A new secret, in plain and sealed under the key.
package struct GenerateDataKeyRequest: Equatable, Sendable {
    package var keyID: String
    package var encryptionContext: EncryptionContext
    /// This or `keySpec`, not both.
    package var numberOfBytes: Int?
    package var keySpec: DataKeySpec?
    package var dryRun: Bool
    package var grantTokens: [String]
    package var recipient: RecipientInfo?

    package init(
        keyID: String, encryptionContext: EncryptionContext = .empty, numberOfBytes: Int? = nil,
        keySpec: DataKeySpec? = nil, dryRun: Bool = false, grantTokens: [String] = [],
        recipient: RecipientInfo? = nil
    ) {
        self.keyID = keyID
        self.encryptionContext = encryptionContext
        self.numberOfBytes = numberOfBytes
        self.keySpec = keySpec
        self.dryRun = dryRun
        self.grantTokens = grantTokens
        self.recipient = recipient
    }
}

package struct GenerateDataKeyResponse: ~Copyable, Sendable {
    package var ciphertextBlob: [UInt8]
    package let plaintext: SecretBytes
    /// The key's ARN.
    package var keyID: String
    /// AWS tells it for symmetric keys; other services of this API may not.
    package var keyMaterialID: String?

    package init(
        ciphertextBlob: [UInt8], plaintext: consuming SecretBytes, keyID: String,
        keyMaterialID: String?
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.plaintext = plaintext
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
    }
}
