internal import KMSDomain
internal import OpenSSLCrypto
internal import PostQuantumCrypto
internal import SecretMemory

/// What a key's material is in the memory of this process, by its spec.
enum KeyMaterial {
    /// 32 bytes.
    case secret
    /// As many bytes as the digest.
    case hmac(MessageDigest)
    /// PKCS#8.
    case pair(KeyKind)
    /// A seed.
    case mlDSA(MLDSA)
    case mlKEM(MLKEM)

    init(_ spec: Key.Spec) {
        self =
            switch spec {
            case .symmetricDefault: .secret
            case .rsa2048: .pair(.rsa2048)
            case .rsa3072: .pair(.rsa3072)
            case .rsa4096: .pair(.rsa4096)
            case .p256: .pair(.p256)
            case .p384: .pair(.p384)
            case .p521: .pair(.p521)
            case .secp256k1: .pair(.secp256k1)
            case .ed25519: .pair(.ed25519)
            case .sm2: .pair(.sm2)
            case .hmac224: .hmac(.sha224)
            case .hmac256: .hmac(.sha256)
            case .hmac384: .hmac(.sha384)
            case .hmac512: .hmac(.sha512)
            case .mlDSA65: .mlDSA(.mlDSA65)
            case .mlDSA87: .mlDSA(.mlDSA87)
            case .mlKEM768: .mlKEM(.mlKEM768)
            case .mlKEM1024: .mlKEM(.mlKEM1024)
            }
    }

    func generate() throws(KeyBackendError) -> SecretBytes {
        switch self {
        case .secret: return SecretBytes(randomByteCount: 32)
        case .hmac(let digest): return SecretBytes(randomByteCount: digest.byteCount)
        case .mlDSA: return SecretBytes(randomByteCount: MLDSA.seedByteCount)
        case .mlKEM: return SecretBytes(randomByteCount: MLKEM.seedByteCount)
        case .pair(let kind):
            do throws(CryptoError) {
                return try PrivateKey(generating: kind).pkcs8()
            } catch { throw .cryptographyFailed }
        }
    }

    /// - Throws: ``KeyBackendError/materialNotAuthentic`` for material of another spec, which a row
    ///   that opened never is.
    func open(_ material: consuming SecretBytes) throws(KeyBackendError) -> any KeyHandle {
        switch self {
        case .secret:
            guard material.byteCount == 32 else { throw .materialNotAuthentic }
            return SymmetricKeyHandle(material: material)
        case .hmac(let digest):
            guard material.byteCount == digest.byteCount else { throw .materialNotAuthentic }
            return HMACKeyHandle(digest: digest, material: material)
        case .pair(let kind): return try KeyPairHandle(kind, pkcs8: material)
        case .mlDSA(let set):
            guard material.byteCount == MLDSA.seedByteCount else { throw .materialNotAuthentic }
            return try MLDSAKeyHandle(set, seed: material)
        case .mlKEM(let set):
            guard material.byteCount == MLKEM.seedByteCount else { throw .materialNotAuthentic }
            return try MLKEMKeyHandle(set, seed: material)
        }
    }
}
