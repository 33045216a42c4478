/// The operations this service answers, by their AWS names.
enum Operation: String, CaseIterable, Sendable {
    case cancelKeyDeletion = "CancelKeyDeletion"
    case createAlias = "CreateAlias"
    case createKey = "CreateKey"
    case decrypt = "Decrypt"
    case deleteAlias = "DeleteAlias"
    case describeKey = "DescribeKey"
    case disableKey = "DisableKey"
    case disableKeyRotation = "DisableKeyRotation"
    case enableKey = "EnableKey"
    case enableKeyRotation = "EnableKeyRotation"
    case encrypt = "Encrypt"
    case generateDataKey = "GenerateDataKey"
    case generateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext"
    case generateRandom = "GenerateRandom"
    case getKeyRotationStatus = "GetKeyRotationStatus"
    case listAliases = "ListAliases"
    case listKeyRotations = "ListKeyRotations"
    case listKeys = "ListKeys"
    case reEncrypt = "ReEncrypt"
    case rotateKeyOnDemand = "RotateKeyOnDemand"
    case scheduleKeyDeletion = "ScheduleKeyDeletion"
    case updateAlias = "UpdateAlias"

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
