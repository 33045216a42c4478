/// Opens a blob and seals its content under another key or context; the plaintext stays inside.
package struct ReEncryptRequest: Equatable, Sendable {
    /// Empty if a dry run is to ignore it.
    package var ciphertextBlob: [UInt8]
    package var sourceEncryptionContext: EncryptionContext
    package var sourceKeyID: String?
    package var destinationKeyID: String
    package var destinationEncryptionContext: EncryptionContext
    package var sourceEncryptionAlgorithm: EncryptionAlgorithm
    package var destinationEncryptionAlgorithm: EncryptionAlgorithm
    package var dryRun: Bool
    package var grantTokens: [String]
    package var dryRunModifiers: [DryRunModifier]

    package init(
        ciphertextBlob: [UInt8], sourceEncryptionContext: EncryptionContext = .empty,
        sourceKeyID: String? = nil, destinationKeyID: String,
        destinationEncryptionContext: EncryptionContext = .empty,
        sourceEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault,
        destinationEncryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault,
        dryRun: Bool = false, grantTokens: [String] = [], dryRunModifiers: [DryRunModifier] = []
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.sourceEncryptionContext = sourceEncryptionContext
        self.sourceKeyID = sourceKeyID
        self.destinationKeyID = destinationKeyID
        self.destinationEncryptionContext = destinationEncryptionContext
        self.sourceEncryptionAlgorithm = sourceEncryptionAlgorithm
        self.destinationEncryptionAlgorithm = destinationEncryptionAlgorithm
        self.dryRun = dryRun
        self.grantTokens = grantTokens
        self.dryRunModifiers = dryRunModifiers
    }
}

package struct ReEncryptResponse: Equatable, Sendable {
    package var ciphertextBlob: [UInt8]
    package var sourceKeyID: String
    package var keyID: String
    package var sourceEncryptionAlgorithm: EncryptionAlgorithm
    package var destinationEncryptionAlgorithm: EncryptionAlgorithm
    /// AWS tells them for symmetric keys; other services of this API may not.
    package var sourceKeyMaterialID: String?
    package var destinationKeyMaterialID: String?

    package init(
        ciphertextBlob: [UInt8], sourceKeyID: String, keyID: String,
        sourceEncryptionAlgorithm: EncryptionAlgorithm,
        destinationEncryptionAlgorithm: EncryptionAlgorithm, sourceKeyMaterialID: String?,
        destinationKeyMaterialID: String?
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.sourceKeyID = sourceKeyID
        self.keyID = keyID
        self.sourceEncryptionAlgorithm = sourceEncryptionAlgorithm
        self.destinationEncryptionAlgorithm = destinationEncryptionAlgorithm
        self.sourceKeyMaterialID = sourceKeyMaterialID
        self.destinationKeyMaterialID = destinationKeyMaterialID
    }
}
