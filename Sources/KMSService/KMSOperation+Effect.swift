internal import KMSModel

extension KMSOperation {
    /// CloudTrail's `readOnly`: the store stays as it was.
    var isReadOnly: Bool {
        switch self {
        case .decrypt, .describeKey, .encrypt, .generateDataKey, .generateDataKeyWithoutPlaintext,
            .generateRandom, .getKeyRotationStatus, .listAliases, .listKeyRotations, .listKeys,
            .reEncrypt:
            true
        case .cancelKeyDeletion, .createAlias, .createKey, .deleteAlias, .disableKey,
            .disableKeyRotation, .enableKey, .enableKeyRotation, .rotateKeyOnDemand,
            .scheduleKeyDeletion, .updateAlias:
            false
        }
    }

    /// As a policy names it.
    var action: String { "kms:" + rawValue }
}
