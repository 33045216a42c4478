/// The enumerations of grants, Regions and uses; raw values are the wire's.

/// What a grant may allow.
package enum GrantOperation: String, CaseIterable, Sendable {
    case decrypt = "Decrypt"
    case encrypt = "Encrypt"
    case generateDataKey = "GenerateDataKey"
    case generateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext"
    case reEncryptFrom = "ReEncryptFrom"
    case reEncryptTo = "ReEncryptTo"
    case sign = "Sign"
    case verify = "Verify"
    case getPublicKey = "GetPublicKey"
    case createGrant = "CreateGrant"
    case retireGrant = "RetireGrant"
    case describeKey = "DescribeKey"
    case generateDataKeyPair = "GenerateDataKeyPair"
    case generateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext"
    case generateMac = "GenerateMac"
    case verifyMac = "VerifyMac"
    case deriveSharedSecret = "DeriveSharedSecret"
    case encapsulate = "Encapsulate"
    case decapsulate = "Decapsulate"
}

/// The uses of a key that count as such.
package enum LastUsageOperation: String, CaseIterable, Sendable {
    case decrypt = "Decrypt"
    case deriveSharedSecret = "DeriveSharedSecret"
    case encrypt = "Encrypt"
    case generateDataKey = "GenerateDataKey"
    case generateDataKeyPair = "GenerateDataKeyPair"
    case generateDataKeyPairWithoutPlaintext = "GenerateDataKeyPairWithoutPlaintext"
    case generateDataKeyWithoutPlaintext = "GenerateDataKeyWithoutPlaintext"
    case generateMac = "GenerateMac"
    case reEncrypt = "ReEncrypt"
    case sign = "Sign"
    case verify = "Verify"
    case verifyMac = "VerifyMac"
    case encapsulate = "Encapsulate"
    case decapsulate = "Decapsulate"
}

package enum MultiRegionKeyType: String, CaseIterable, Sendable {
    case primary = "PRIMARY"
    case replica = "REPLICA"
}

package enum ResourceOwner: String, CaseIterable, Sendable {
    case ownAccount = "SELF"
    case otherAccountsViaRAM = "OTHER_ACCOUNTS_VIA_RAM"
}
