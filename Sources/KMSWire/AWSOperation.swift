/// The operations of AWS KMS that KMSModel has, by their names on the wire.
package enum AWSOperation: String, CaseIterable, Sendable {
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

    /// The `Content-Type` of every request and answer.
    package static let contentType = "application/x-amz-json-1.1"

    private static let targetPrefix = "TrentService."

    /// The value of `X-Amz-Target`.
    package var target: String { Self.targetPrefix + rawValue }

    package init?(target: String) {
        guard target.hasPrefix(Self.targetPrefix) else { return nil }
        self.init(rawValue: String(target.dropFirst(Self.targetPrefix.count)))
    }
}
