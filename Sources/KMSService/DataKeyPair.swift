internal import KMSDomain
internal import OpenSSLCrypto
internal import PostQuantumCrypto
internal import SecretMemory

/// A fresh key pair for a caller; nothing of it stays here.
struct DataKeyPair: ~Copyable {
    /// PKCS#8's PrivateKeyInfo, DER.
    let privateKey: SecretBytes
    /// X.509's SubjectPublicKeyInfo, DER.
    let publicKey: [UInt8]

    static func generate(_ spec: Key.Spec) throws(KeyBackendError) -> DataKeyPair {
        switch KeyMaterial(spec) {
        case .pair(let kind): try pair(of: kind)
        case .mlKEM(let set): try pair(of: set)
        case .secret, .hmac, .mlDSA: throw .unsupported
        }
    }

    private static func pair(of kind: KeyKind) throws(KeyBackendError) -> DataKeyPair {
        do throws(CryptoError) {
            let pair = try PrivateKey(generating: kind)
            return DataKeyPair(privateKey: try pair.pkcs8(), publicKey: try pair.publicKeyInfo())
        } catch { throw .cryptographyFailed }
    }

    private static func pair(of set: MLKEM) throws(KeyBackendError) -> DataKeyPair {
        let seed = SecretBytes(randomByteCount: MLKEM.seedByteCount)
        do throws(PostQuantumError) {
            return DataKeyPair(
                privateKey: set.pkcs8(seed: seed), publicKey: try set.publicKeyInfo(seed: seed))
        } catch { throw .cryptographyFailed }
    }
}
