/// What DescribeKey tells of a key. Dates are seconds since 1970, as on AWS's wire.
package struct KeyMetadata: Equatable, Sendable {
    package var awsAccountID: String
    package var keyID: String
    package var arn: String
    package var creationDate: Double
    package var enabled: Bool
    package var description: String
    package var keyUsage: KeyUsage
    package var keyState: KeyState
    package var deletionDate: Double?
    package var origin: Origin
    package var keyManager: KeyManager
    package var keySpec: KeySpec
    package var encryptionAlgorithms: [EncryptionAlgorithm]
    package var multiRegion: Bool
    package var pendingDeletionWindowInDays: Int?
    /// AWS tells it for symmetric keys; other services of this API may not.
    package var currentKeyMaterialID: String?
    package var validTo: Double?
    package var customKeyStoreID: String?
    package var cloudHSMClusterID: String?
    package var expirationModel: ExpirationModel?
    package var signingAlgorithms: [SigningAlgorithm]
    package var keyAgreementAlgorithms: [KeyAgreementAlgorithm]
    package var encapsulationAlgorithms: [EncapsulationAlgorithm]
    package var macAlgorithms: [MACAlgorithm]
    package var multiRegionConfiguration: MultiRegionConfiguration?
    package var xksKeyConfiguration: XksKeyConfiguration?

    package init(
        awsAccountID: String, keyID: String, arn: String, creationDate: Double, enabled: Bool,
        description: String, keyUsage: KeyUsage, keyState: KeyState, deletionDate: Double?,
        origin: Origin, keyManager: KeyManager, keySpec: KeySpec,
        encryptionAlgorithms: [EncryptionAlgorithm], multiRegion: Bool,
        pendingDeletionWindowInDays: Int?, currentKeyMaterialID: String?, validTo: Double? = nil,
        customKeyStoreID: String? = nil, cloudHSMClusterID: String? = nil,
        expirationModel: ExpirationModel? = nil, signingAlgorithms: [SigningAlgorithm] = [],
        keyAgreementAlgorithms: [KeyAgreementAlgorithm] = [],
        encapsulationAlgorithms: [EncapsulationAlgorithm] = [], macAlgorithms: [MACAlgorithm] = [],
        multiRegionConfiguration: MultiRegionConfiguration? = nil,
        xksKeyConfiguration: XksKeyConfiguration? = nil
    ) {
        self.awsAccountID = awsAccountID
        self.keyID = keyID
        self.arn = arn
        self.creationDate = creationDate
        self.enabled = enabled
        self.description = description
        self.keyUsage = keyUsage
        self.keyState = keyState
        self.deletionDate = deletionDate
        self.origin = origin
        self.keyManager = keyManager
        self.keySpec = keySpec
        self.encryptionAlgorithms = encryptionAlgorithms
        self.multiRegion = multiRegion
        self.pendingDeletionWindowInDays = pendingDeletionWindowInDays
        self.currentKeyMaterialID = currentKeyMaterialID
        self.validTo = validTo
        self.customKeyStoreID = customKeyStoreID
        self.cloudHSMClusterID = cloudHSMClusterID
        self.expirationModel = expirationModel
        self.signingAlgorithms = signingAlgorithms
        self.keyAgreementAlgorithms = keyAgreementAlgorithms
        self.encapsulationAlgorithms = encapsulationAlgorithms
        self.macAlgorithms = macAlgorithms
        self.multiRegionConfiguration = multiRegionConfiguration
        self.xksKeyConfiguration = xksKeyConfiguration
    }
}
