/// A new secret, sealed under the key and forgotten here.
package struct GenerateDataKeyWithoutPlaintextRequest: Equatable, Sendable {
    package var keyID: String
    package var encryptionContext: EncryptionContext
    package var numberOfBytes: Int?
    package var keySpec: DataKeySpec?
    package var dryRun: Bool
    package var grantTokens: [String]

    package init(
        keyID: String, encryptionContext: EncryptionContext = .empty, numberOfBytes: Int? = nil,
        keySpec: DataKeySpec? = nil, dryRun: Bool = false, grantTokens: [String] = []
    ) {
        self.keyID = keyID
        self.encryptionContext = encryptionContext
        self.numberOfBytes = numberOfBytes
        self.keySpec = keySpec
        self.dryRun = dryRun
        self.grantTokens = grantTokens
    }
}

package struct GenerateDataKeyWithoutPlaintextResponse: Equatable, Sendable {
    package var ciphertextBlob: [UInt8]
    /// The key's ARN.
    package var keyID: String
    /// AWS tells it for symmetric keys; other services of this API may not.
    package var keyMaterialID: String?

    package init(ciphertextBlob: [UInt8], keyID: String, keyMaterialID: String?) {
        self.ciphertextBlob = ciphertextBlob
        self.keyID = keyID
        self.keyMaterialID = keyMaterialID
    }
}
