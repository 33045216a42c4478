internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

final class HMACKeyHandle: KeyHandle {
    private let digest: MessageDigest
    private let material: SecretBytes

    init(digest: MessageDigest, material: consuming SecretBytes) {
        self.digest = digest
        self.material = material
    }

    func code(of message: RawSpan) throws(KeyBackendError) -> [UInt8] {
        do throws(CryptoError) {
            return try material.withBytes { key throws(CryptoError) in
                try HMAC.code(digest, key: key, message: message)
            }
        } catch { throw .cryptographyFailed }
    }
}
