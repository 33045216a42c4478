internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// 32 bytes that leave only as keys derived from them.
final class SymmetricKeyHandle: KeyHandle {
    private let material: SecretBytes

    init(material: consuming SecretBytes) { self.material = material }

    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(CryptoError) {
            return try material.withBytes { material throws(CryptoError) in
                try HKDFSHA256.expand(pseudorandomKey: material, info: info)
            }
        } catch {
            throw .cryptographyFailed
        }
    }
}
