/// The sizes a client may rely on: AWS's service model, its documentation and its quotas.
package enum KMSLimits {
    package static let plaintextByteCount = 1...4096
    package static let ciphertextByteCount = 1...6144
    package static let publicKeyByteCount = 1...8192
    package static let attestationByteCount = 1...262_144
    package static let grantTokens = 10
    package static let randomByteCount = 1...1024
    package static let descriptionLength = 0...8192
    package static let aliasNameLength = 1...256
    package static let keyIDLength = 1...2048
    package static let deletionWindowInDays = 7...30
    package static let defaultDeletionWindowInDays = 30
    package static let rotationPeriodInDays = 90...2560
    package static let defaultRotationPeriodInDays = 365
    package static let pageSize = 1...1000
    package static let defaultKeysPerPage = 100
    package static let defaultAliasesPerPage = 50
    package static let defaultRotationsPerPage = 100
    /// Those that `CustomerMasterKeySpec`, the old name of `KeySpec`, does not take.
    package static let newKeySpecs: Set<KeySpec> = [
        .eccNISTEdwards25519, .mlDSA44, .mlDSA65, .mlDSA87, .mlKEM512, .mlKEM768, .mlKEM1024,
    ]
    package static let longestImportInDays = 365
    package static let customKeyStores = 10
    package static let keys = 100_000
    package static let aliasesPerKey = 50
    package static let grantsPerKey = 50_000
    package static let defaultGrantsPerPage = 50
    package static let principalLength = 1...256
    package static let grantNameLength = 1...256
    /// Of each of a grant's constraints.
    package static let grantConstraintPairs = 0...8
    package static let grantConstraintValueLength = 0...384
    package static let tagsPerKey = 50
    package static let defaultTagsPerPage = 50
    package static let tagKeyLength = 1...128
    package static let tagValueLength = 0...256
}
