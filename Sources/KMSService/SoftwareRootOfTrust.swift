package import KMSDomain
internal import OpenSSLCrypto
package import SecretMemory

/// A root key in locked memory.
package final class SoftwareRootOfTrust: RootOfTrust {
    package static let byteCount = 32

    private let key: SecretBytes

    /// Nothing unless there are exactly 32 bytes.
    package init?(key: consuming SecretBytes) {
        guard key.byteCount == Self.byteCount else { return nil }
        self.key = key
    }

    /// Lends the root key itself: for the backup of a keystore and for its root key file only.
    package func withDangerousKeyBytes<R: ~Copyable, E: Error>(
        _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try key.withBytes(body)
    }

    package func derive(info: [UInt8]) throws(RootOfTrustError) -> SecretBytes {
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try HKDFSHA256.expand(pseudorandomKey: key, info: info)
            }
        } catch {
            throw .unavailable("HMAC-SHA-256")
        }
    }
}
