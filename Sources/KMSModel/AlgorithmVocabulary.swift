/// What keys do, and how: the enumerations of asymmetric and HMAC keys; raw values are the wire's.

package enum SigningAlgorithm: String, CaseIterable, Sendable {
    case rsassaPSSSHA256 = "RSASSA_PSS_SHA_256"
    case rsassaPSSSHA384 = "RSASSA_PSS_SHA_384"
    case rsassaPSSSHA512 = "RSASSA_PSS_SHA_512"
    case rsassaPKCS1V15SHA256 = "RSASSA_PKCS1_V1_5_SHA_256"
    case rsassaPKCS1V15SHA384 = "RSASSA_PKCS1_V1_5_SHA_384"
    case rsassaPKCS1V15SHA512 = "RSASSA_PKCS1_V1_5_SHA_512"
    case ecdsaSHA256 = "ECDSA_SHA_256"
    case ecdsaSHA384 = "ECDSA_SHA_384"
    case ecdsaSHA512 = "ECDSA_SHA_512"
    case sm2DSA = "SM2DSA"
    case mlDSASHAKE256 = "ML_DSA_SHAKE_256"
    case ed25519SHA512 = "ED25519_SHA_512"
    case ed25519PHSHA512 = "ED25519_PH_SHA_512"
}

/// What is given to be signed: the message, its digest, or ML-DSA's µ of it.
package enum MessageType: String, CaseIterable, Sendable {
    case raw = "RAW"
    case digest = "DIGEST"
    case externalMU = "EXTERNAL_MU"
}

package enum MACAlgorithm: String, CaseIterable, Sendable {
    case hmacSHA224 = "HMAC_SHA_224"
    case hmacSHA256 = "HMAC_SHA_256"
    case hmacSHA384 = "HMAC_SHA_384"
    case hmacSHA512 = "HMAC_SHA_512"
}

package enum KeyAgreementAlgorithm: String, CaseIterable, Sendable {
    case ecdh = "ECDH"
}

package enum EncapsulationAlgorithm: String, CaseIterable, Sendable {
    case mlKEM = "ML_KEM"
}

package enum DataKeyPairSpec: String, CaseIterable, Sendable {
    case rsa2048 = "RSA_2048"
    case rsa3072 = "RSA_3072"
    case rsa4096 = "RSA_4096"
    case eccNISTP256 = "ECC_NIST_P256"
    case eccNISTP384 = "ECC_NIST_P384"
    case eccNISTP521 = "ECC_NIST_P521"
    case eccSECGP256K1 = "ECC_SECG_P256K1"
    case sm2 = "SM2"
    case eccNISTEdwards25519 = "ECC_NIST_EDWARDS25519"
    case mlKEM512 = "ML_KEM_512"
    case mlKEM768 = "ML_KEM_768"
    case mlKEM1024 = "ML_KEM_1024"
}

package enum KeyEncryptionMechanism: String, CaseIterable, Sendable {
    case rsaesOAEPSHA256 = "RSAES_OAEP_SHA_256"
}

package enum DryRunModifier: String, CaseIterable, Sendable {
    case ignoreCiphertext = "IGNORE_CIPHERTEXT"
}
