internal import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory

/// Seals secrets that are not key material under the root of trust:
/// `salt (32) ‖ AES-256-GCM(HKDF-Expand(root, label ‖ 00 ‖ salt, 32), nonce 0, AAD, secret)`.
struct RowSealing {
    static let saltByteCount = 32

    let root: any RootOfTrust
    /// With its final zero.
    let label: [UInt8]

    init(root: any RootOfTrust, label: String) {
        self.root = root
        self.label = Array(label.utf8) + [0]
    }

    func key(salt: [UInt8]) throws(KeyBackendError) -> SecretBytes {
        do throws(RootOfTrustError) {
            return try root.derive(info: label + salt)
        } catch {
            throw .rootOfTrust(error)
        }
    }

    func seal(
        _ secret: RawSpan, associatedData: [UInt8], salt: [UInt8]
    ) throws(KeyBackendError) -> [UInt8] {
        let key = try key(salt: salt)
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try salt
                    + AES256GCM.seal(
                        secret, underOneTimeKey: key, associatedData: associatedData)
            }
        } catch {
            throw .cryptographyFailed
        }
    }

    /// Nothing if the bytes were not sealed here with this associated data.
    func open(
        _ sealed: [UInt8], associatedData: [UInt8]
    ) throws(KeyBackendError) -> SecretBytes? {
        guard sealed.count >= Self.saltByteCount + AES256GCM.tagByteCount else { return nil }
        let key = try key(salt: Array(sealed[..<Self.saltByteCount]))
        let body = unsafe sealed.span.bytes.extracting(droppingFirst: Self.saltByteCount)
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try AES256GCM.open(body, underOneTimeKey: key, associatedData: associatedData)
            }
        } catch .notAuthentic {
            return nil
        } catch {
            throw .cryptographyFailed
        }
    }
}
