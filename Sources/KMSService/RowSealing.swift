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

    /// The same secret sealed for another root, where it was opened again and found the same.
    ///
    /// - Throws: ``KeyBackendError/materialNotAuthentic`` if it does not open here.
    func moved(
        _ sealed: [UInt8], associatedData: [UInt8], to target: RowSealing
    ) throws(KeyBackendError) -> [UInt8] {
        guard let secret = try open(sealed, associatedData: associatedData) else {
            throw .materialNotAuthentic
        }
        let moved = try secret.withBytes { secret throws(KeyBackendError) in
            try target.seal(
                secret, associatedData: associatedData,
                salt: SystemRandom.bytes(count: Self.saltByteCount))
        }
        guard let again = try target.open(moved, associatedData: associatedData) else {
            throw .materialNotAuthentic
        }
        let isSame = secret.withBytes { secret in
            again.withBytes { ConstantTime.equal(secret, $0) }
        }
        guard isSame else { throw .materialNotAuthentic }
        return moved
    }
}
