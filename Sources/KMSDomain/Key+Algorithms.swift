/// What keys do. Raw values are the API's.
extension Key {
    package enum SigningAlgorithm: String, CaseIterable, Sendable {
        case rsaPSSSHA256 = "RSASSA_PSS_SHA_256"
        case rsaPSSSHA384 = "RSASSA_PSS_SHA_384"
        case rsaPSSSHA512 = "RSASSA_PSS_SHA_512"
        case rsaPKCS1SHA256 = "RSASSA_PKCS1_V1_5_SHA_256"
        case rsaPKCS1SHA384 = "RSASSA_PKCS1_V1_5_SHA_384"
        case rsaPKCS1SHA512 = "RSASSA_PKCS1_V1_5_SHA_512"
        case ecdsaSHA256 = "ECDSA_SHA_256"
        case ecdsaSHA384 = "ECDSA_SHA_384"
        case ecdsaSHA512 = "ECDSA_SHA_512"
        case sm2 = "SM2DSA"
        case ed25519 = "ED25519_SHA_512"
        case mlDSA = "ML_DSA_SHAKE_256"

        /// Of the digest that is signed in a message's stead; nothing where only messages are.
        package var digestByteCount: Int? {
            switch self {
            case .rsaPSSSHA256, .rsaPKCS1SHA256, .ecdsaSHA256, .sm2: 32
            case .rsaPSSSHA384, .rsaPKCS1SHA384, .ecdsaSHA384: 48
            case .rsaPSSSHA512, .rsaPKCS1SHA512, .ecdsaSHA512: 64
            case .ed25519, .mlDSA: nil
            }
        }
    }

    package enum EncryptionAlgorithm: String, CaseIterable, Sendable {
        case rsaOAEPSHA1 = "RSAES_OAEP_SHA_1"
        case rsaOAEPSHA256 = "RSAES_OAEP_SHA_256"
        case sm2 = "SM2PKE"
    }

    package enum MACAlgorithm: String, CaseIterable, Sendable {
        case hmacSHA224 = "HMAC_SHA_224"
        case hmacSHA256 = "HMAC_SHA_256"
        case hmacSHA384 = "HMAC_SHA_384"
        case hmacSHA512 = "HMAC_SHA_512"
    }

    /// What is given to be signed.
    package enum MessageForm: Sendable {
        case message
        case digest
    }
}

extension Key.Spec {
    /// Whether there is a public half.
    package var isAsymmetric: Bool { self != .symmetricDefault && macAlgorithm == nil }

    package var signingAlgorithms: [Key.SigningAlgorithm] {
        switch self {
        case .rsa2048, .rsa3072, .rsa4096:
            [
                .rsaPSSSHA256, .rsaPSSSHA384, .rsaPSSSHA512, .rsaPKCS1SHA256, .rsaPKCS1SHA384,
                .rsaPKCS1SHA512,
            ]
        case .p256, .secp256k1: [.ecdsaSHA256]
        case .p384: [.ecdsaSHA384]
        case .p521: [.ecdsaSHA512]
        case .ed25519: [.ed25519]
        case .sm2: [.sm2]
        case .mlDSA65, .mlDSA87: [.mlDSA]
        case .symmetricDefault, .hmac224, .hmac256, .hmac384, .hmac512, .mlKEM768, .mlKEM1024: []
        }
    }

    /// Of an asymmetric key.
    package var encryptionAlgorithms: [Key.EncryptionAlgorithm] {
        switch self {
        case .rsa2048, .rsa3072, .rsa4096: [.rsaOAEPSHA1, .rsaOAEPSHA256]
        case .sm2: [.sm2]
        case .symmetricDefault, .p256, .p384, .p521, .secp256k1, .ed25519, .hmac224, .hmac256,
            .hmac384, .hmac512, .mlDSA65, .mlDSA87, .mlKEM768, .mlKEM1024:
            []
        }
    }

    /// RFC 8017, 7.1.1: the modulus less two digests and two bytes; 1,024 for SM2, as at AWS.
    package func plaintextByteCountLimit(by algorithm: Key.EncryptionAlgorithm) -> Int {
        let modulusByteCount =
            switch self {
            case .rsa2048: 256
            case .rsa3072: 384
            case .rsa4096: 512
            case .symmetricDefault, .p256, .p384, .p521, .secp256k1, .ed25519, .sm2, .hmac224,
                .hmac256, .hmac384, .hmac512, .mlDSA65, .mlDSA87, .mlKEM768, .mlKEM1024:
                0
            }
        return switch algorithm {
        case .rsaOAEPSHA1: modulusByteCount - 2 * 20 - 2
        case .rsaOAEPSHA256: modulusByteCount - 2 * 32 - 2
        case .sm2: 1024
        }
    }

    package var macAlgorithm: Key.MACAlgorithm? {
        switch self {
        case .hmac224: .hmacSHA224
        case .hmac256: .hmacSHA256
        case .hmac384: .hmacSHA384
        case .hmac512: .hmacSHA512
        case .symmetricDefault, .rsa2048, .rsa3072, .rsa4096, .p256, .p384, .p521, .secp256k1,
            .ed25519, .sm2, .mlDSA65, .mlDSA87, .mlKEM768, .mlKEM1024:
            nil
        }
    }
}
