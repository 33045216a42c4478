/// The enumerations of imported key material; raw values are the wire's.

/// How material is wrapped for the import.
package enum WrappingAlgorithm: String, CaseIterable, Sendable {
    case rsaesPKCS1V15 = "RSAES_PKCS1_V1_5"
    case rsaesOAEPSHA1 = "RSAES_OAEP_SHA_1"
    case rsaesOAEPSHA256 = "RSAES_OAEP_SHA_256"
    case rsaAESKeyWrapSHA1 = "RSA_AES_KEY_WRAP_SHA_1"
    case rsaAESKeyWrapSHA256 = "RSA_AES_KEY_WRAP_SHA_256"
    case sm2PKE = "SM2PKE"
}

package enum WrappingKeySpec: String, CaseIterable, Sendable {
    case rsa2048 = "RSA_2048"
    case rsa3072 = "RSA_3072"
    case rsa4096 = "RSA_4096"
    case sm2 = "SM2"
}

package enum ExpirationModel: String, CaseIterable, Sendable {
    case keyMaterialExpires = "KEY_MATERIAL_EXPIRES"
    case keyMaterialDoesNotExpire = "KEY_MATERIAL_DOES_NOT_EXPIRE"
}

package enum ImportType: String, CaseIterable, Sendable {
    case newKeyMaterial = "NEW_KEY_MATERIAL"
    case existingKeyMaterial = "EXISTING_KEY_MATERIAL"
}

package enum ImportState: String, CaseIterable, Sendable {
    case imported = "IMPORTED"
    case pendingImport = "PENDING_IMPORT"
}
