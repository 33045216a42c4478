internal import KMSModel
internal import OpenSSLCrypto
internal import SecretMemory

/// How material is wrapped on its way here.
enum WrappingScheme: Equatable, Sendable, CaseIterable {
    case oaepSHA1
    case oaepSHA256
    /// An AES key by RSA-OAEP, and behind it the material by AES key wrap with padding (RFC 5649).
    case keyWrapSHA1
    case keyWrapSHA256
    case sm2

    private static let aesKeyByteCount = 32

    /// Nothing for RSAES_PKCS1_V1_5, which AWS gave up as well.
    init?(_ algorithm: WrappingAlgorithm) {
        switch algorithm {
        case .rsaesPKCS1V15: return nil
        case .rsaesOAEPSHA1: self = .oaepSHA1
        case .rsaesOAEPSHA256: self = .oaepSHA256
        case .rsaAESKeyWrapSHA1: self = .keyWrapSHA1
        case .rsaAESKeyWrapSHA256: self = .keyWrapSHA256
        case .sm2PKE: self = .sm2
        }
    }

    /// As an import token has it.
    var code: UInt8 {
        switch self {
        case .oaepSHA1: 1
        case .oaepSHA256: 2
        case .keyWrapSHA1: 3
        case .keyWrapSHA256: 4
        case .sm2: 5
        }
    }

    init?(code: UInt8) {
        guard let scheme = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = scheme
    }

    private var encryption: EncryptionScheme {
        switch self {
        case .oaepSHA1, .keyWrapSHA1: .rsaOAEP(.sha1)
        case .oaepSHA256, .keyWrapSHA256: .rsaOAEP(.sha256)
        case .sm2: .sm2
        }
    }

    private var isInTwoParts: Bool { self == .keyWrapSHA1 || self == .keyWrapSHA256 }

    /// The material.
    ///
    /// - Throws: ``CryptoError/notAuthentic`` whatever is wrong with what is wrapped.
    func unwrap(
        _ wrapped: [UInt8], with key: borrowing PrivateKey
    ) throws(CryptoError) -> SecretBytes {
        guard encryption.fits(key.kind) else { throw .notAuthentic }
        guard isInTwoParts else { return try key.decrypt(wrapped, encryption) }
        let count = key.ciphertextByteCount
        guard wrapped.count > count else { throw .notAuthentic }
        let aesKey = try key.decrypt(Array(wrapped[..<count]), encryption)
        guard aesKey.byteCount == Self.aesKeyByteCount else { throw .notAuthentic }
        return try aesKey.withBytes { aesKey throws(CryptoError) in
            try AESKeyWrap.unwrap(Array(wrapped[count...]), under: aesKey)
        }
    }
}

extension PrivateKey {
    /// Of an RSA key: as long as its modulus.
    fileprivate var ciphertextByteCount: Int {
        switch kind {
        case .rsa2048: 256
        case .rsa3072: 384
        case .rsa4096: 512
        case .p256, .p384, .p521, .secp256k1, .ed25519, .sm2:
            preconditionFailure("import: the wrapping key is not RSA")
        }
    }
}

extension WrappingKeySpec {
    var keyKind: KeyKind {
        switch self {
        case .rsa2048: .rsa2048
        case .rsa3072: .rsa3072
        case .rsa4096: .rsa4096
        case .sm2: .sm2
        }
    }
}
