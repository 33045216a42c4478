/// What has to hold for a use of the key under a grant.
package struct GrantConstraints: Equatable, Sendable {
    /// These pairs, and others besides.
    package var encryptionContextSubset: EncryptionContext?
    /// These pairs and no others.
    package var encryptionContextEquals: EncryptionContext?
    package var sourceARN: String?

    package init(
        encryptionContextSubset: EncryptionContext? = nil,
        encryptionContextEquals: EncryptionContext? = nil, sourceARN: String? = nil
    ) {
        self.encryptionContextSubset = encryptionContextSubset
        self.encryptionContextEquals = encryptionContextEquals
        self.sourceARN = sourceARN
    }
}
