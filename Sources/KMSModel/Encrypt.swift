package import SecretMemory

/// Seals 1…4096 bytes under the key.
package struct EncryptRequest: ~Copyable, Sendable {
    package var keyID: String
    package let plaintext: SecretBytes
    package var encryptionContext: EncryptionContext
    package var encryptionAlgorithm: EncryptionAlgorithm
    package var dryRun: Bool
    package var grantTokens: [String]

    package init(
        keyID: String, plaintext: consuming SecretBytes,
        encryptionContext: EncryptionContext = .empty,
        encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault, dryRun: Bool = false,
        grantTokens: [String] = []
    ) {
        self.keyID = keyID
        self.plaintext = plaintext
        self.encryptionContext = encryptionContext
        self.encryptionAlgorithm = encryptionAlgorithm
        self.dryRun = dryRun
        self.grantTokens = grantTokens
    }
}

package struct EncryptResponse: Equatable, Sendable {
    package var ciphertextBlob: [UInt8]
    /// The key's ARN.
    package var keyID: String
    package var encryptionAlgorithm: EncryptionAlgorithm

    package init(
        ciphertextBlob: [UInt8], keyID: String, encryptionAlgorithm: EncryptionAlgorithm
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.keyID = keyID
        self.encryptionAlgorithm = encryptionAlgorithm
    }
}
