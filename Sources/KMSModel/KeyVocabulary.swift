/// The enumerations of the AWS API that these operations speak; raw values and order
/// are the service model's.

/// Every state that AWS knows; this service's keys are in the first three only.
package enum KeyState: String, CaseIterable, Sendable {
    case enabled = "Enabled"
    case disabled = "Disabled"
    case pendingDeletion = "PendingDeletion"
    case creating = "Creating"
    case pendingImport = "PendingImport"
    case pendingReplicaDeletion = "PendingReplicaDeletion"
    case unavailable = "Unavailable"
    case updating = "Updating"
}

/// Every key spec that AWS knows. The service makes those it can and refuses the others by name.
package enum KeySpec: String, CaseIterable, Sendable {
    case rsa2048 = "RSA_2048"
    case rsa3072 = "RSA_3072"
    case rsa4096 = "RSA_4096"
    case eccNISTP256 = "ECC_NIST_P256"
    case eccNISTP384 = "ECC_NIST_P384"
    case eccNISTP521 = "ECC_NIST_P521"
    case eccSECGP256K1 = "ECC_SECG_P256K1"
    case symmetricDefault = "SYMMETRIC_DEFAULT"
    case hmac224 = "HMAC_224"
    case hmac256 = "HMAC_256"
    case hmac384 = "HMAC_384"
    case hmac512 = "HMAC_512"
    case sm2 = "SM2"
    case mlDSA44 = "ML_DSA_44"
    case mlDSA65 = "ML_DSA_65"
    case mlDSA87 = "ML_DSA_87"
    case eccNISTEdwards25519 = "ECC_NIST_EDWARDS25519"
    case mlKEM512 = "ML_KEM_512"
    case mlKEM768 = "ML_KEM_768"
    case mlKEM1024 = "ML_KEM_1024"
}

package enum KeyUsage: String, CaseIterable, Sendable {
    case signVerify = "SIGN_VERIFY"
    case encryptDecrypt = "ENCRYPT_DECRYPT"
    case generateVerifyMAC = "GENERATE_VERIFY_MAC"
    case keyAgreement = "KEY_AGREEMENT"
    case encapsulateDecapsulate = "ENCAPSULATE_DECAPSULATE"
}

package enum Origin: String, CaseIterable, Sendable {
    case awsKMS = "AWS_KMS"
    case external = "EXTERNAL"
    case awsCloudHSM = "AWS_CLOUDHSM"
    case externalKeyStore = "EXTERNAL_KEY_STORE"
}

package enum KeyManager: String, CaseIterable, Sendable {
    case aws = "AWS"
    case customer = "CUSTOMER"
}

package enum DataKeySpec: String, CaseIterable, Sendable {
    case aes256 = "AES_256"
    case aes128 = "AES_128"

    package var byteCount: Int {
        switch self {
        case .aes256: 32
        case .aes128: 16
        }
    }
}

package enum EncryptionAlgorithm: String, CaseIterable, Sendable {
    case symmetricDefault = "SYMMETRIC_DEFAULT"
    case rsaesOAEPSHA1 = "RSAES_OAEP_SHA_1"
    case rsaesOAEPSHA256 = "RSAES_OAEP_SHA_256"
    case sm2PKE = "SM2PKE"
}

package enum RotationType: String, CaseIterable, Sendable {
    case automatic = "AUTOMATIC"
    case onDemand = "ON_DEMAND"
}

package enum KeyMaterialState: String, CaseIterable, Sendable {
    case current = "CURRENT"
    case nonCurrent = "NON_CURRENT"
    case pendingRotation = "PENDING_ROTATION"
    case pendingMultiRegionImportAndRotation = "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
}

package enum IncludeKeyMaterial: String, CaseIterable, Sendable {
    case allKeyMaterial = "ALL_KEY_MATERIAL"
    case rotationsOnly = "ROTATIONS_ONLY"
}
