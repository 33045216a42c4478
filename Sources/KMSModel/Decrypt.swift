package import SecretMemory

/// Opens a blob. The blob names its key; a `keyID` given must be that key.
package struct DecryptRequest: Equatable, Sendable {
    /// Empty if a dry run is to ignore it.
    package var ciphertextBlob: [UInt8]
    package var encryptionContext: EncryptionContext
    package var keyID: String?
    package var encryptionAlgorithm: EncryptionAlgorithm
    package var dryRun: Bool
    package var grantTokens: [String]
    package var recipient: RecipientInfo?
    package var dryRunModifiers: [DryRunModifier]

    package init(
        ciphertextBlob: [UInt8], encryptionContext: EncryptionContext = .empty,
        keyID: String? = nil, encryptionAlgorithm: EncryptionAlgorithm = .symmetricDefault,
        dryRun: Bool = false, grantTokens: [String] = [], recipient: RecipientInfo? = nil,
        dryRunModifiers: [DryRunModifier] = []
    ) {
        self.ciphertextBlob = ciphertextBlob
        self.encryptionContext = encryptionContext
        self.keyID = keyID
        self.encryptionAlgorithm = encryptionAlgorithm
        self.dryRun = dryRun
        self.grantTokens = grantTokens
        self.recipient = recipient
        self.dryRunModifiers = dryRunModifiers
    }
}

package struct DecryptResponse: ~Copyable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package let plaintext: SecretBytes
    package var encryptionAlgorithm: EncryptionAlgorithm
    /// AWS tells it for symmetric keys; other services of this API may not.
    package var keyMaterialID: String?

    package init(
        keyID: String, plaintext: consuming SecretBytes, encryptionAlgorithm: EncryptionAlgorithm,
        keyMaterialID: String?
    ) {
        self.keyID = keyID
        self.plaintext = plaintext
        self.encryptionAlgorithm = encryptionAlgorithm
        self.keyMaterialID = keyMaterialID
    }
}
