internal import AuditLog
internal import KMSDomain
internal import KMSStore
internal import OpenSSLCrypto
internal import SecretMemory

/// The audit log's key in a keystore that was moved: still that of its first root, so that one log
/// goes on. The setting `audit-key` holds it, sealed under the root of now:
///
///     salt (32) ‖ AES-256-GCM(HKDF-Expand(root, "coffer/v1 audit key" ‖ 00 ‖ salt, 32), nonce 0, key)
enum KeystoreAuditKey {
    static let setting = "audit-key"
    private static let label = Array("coffer/v1 audit key".utf8) + [0]
    private static let saltByteCount = 32
    private static let keyByteCount = 32

    /// Derived from the root unless it was kept.
    static func open(_ root: KeystoreRoot, in store: SQLiteKeyStore) throws -> AuditKey {
        guard let sealed = try store.read({ store in try store.setting(setting) }) else {
            return AuditKey(try root.derive(info: AuditKey.info))
        }
        guard sealed.count == saltByteCount + keyByteCount + AES256GCM.tagByteCount else {
            throw KeyStoreError.damaged(detail: "audit key")
        }
        let key = try root.derive(info: label + sealed.prefix(saltByteCount))
        do throws(CryptoError) {
            return AuditKey(
                try key.withBytes { key throws(CryptoError) in
                    unsafe try AES256GCM.open(
                        sealed.span.bytes.extracting(droppingFirst: saltByteCount),
                        underOneTimeKey: key, associatedData: [])
                })
        } catch .notAuthentic {
            throw KeyStoreError.damaged(detail: "audit key")
        } catch {
            throw EmbeddedKeyServiceError.cryptographyFailed
        }
    }

    /// What the setting has to be under another root.
    static func sealed(
        _ auditKey: AuditKey, under root: KeystoreRoot
    ) throws(EmbeddedKeyServiceError) -> [UInt8] {
        let salt = SystemRandom.bytes(count: saltByteCount)
        let key = try root.derive(info: label + salt)
        do throws(CryptoError) {
            return try key.withBytes { key throws(CryptoError) in
                try auditKey.withDangerousKeyBytes { auditKey throws(CryptoError) in
                    try salt
                        + AES256GCM.seal(auditKey, underOneTimeKey: key, associatedData: [])
                }
            }
        } catch { throw .cryptographyFailed }
    }
}
