internal import KMSDomain
internal import KMSStore
internal import OpenSSLCrypto
internal import SecretMemory

/// Ties `keys.sqlite` to its `root.key`: settings `keystore-id`, 16 random bytes, and `root-check`,
///
///     HKDF-Expand(root, "coffer/v1 keystore" ‖ 00 ‖ keystore id, 32)
///
/// which tells nothing of the root, and tells a wrong one at once and not at the first key.
enum KeystoreIdentity {
    static let checkSetting = "root-check"
    private static let idSetting = "keystore-id"
    private static let label = Array("coffer/v1 keystore".utf8) + [0]

    static func establish(_ root: KeystoreRoot, in store: SQLiteKeyStore) throws {
        let id = SystemRandom.bytes(count: 16)
        let check = try check(root, id)
        try store.write { store in
            try store.set(id, forSetting: idSetting)
            try store.set(check, forSetting: checkSetting)
        }
    }

    /// The root check, which is the same as the root's.
    ///
    /// - Throws: ``EmbeddedKeyServiceError/rootKeyOfAnotherKeystore``, or that it is another token.
    @discardableResult
    static func require(_ root: KeystoreRoot, in store: SQLiteKeyStore) throws -> [UInt8] {
        let (id, expected) = try store.read { store in
            (try store.setting(idSetting), try store.setting(checkSetting))
        }
        guard let id, let expected else {
            throw KeyStoreError.damaged(detail: "no keystore id")
        }
        guard ConstantTime.equal(try check(root, id), expected) else {
            throw root.failureOfCheck
        }
        return expected
    }

    /// The root check of another root for the same keystore.
    static func check(_ root: KeystoreRoot, in store: SQLiteKeyStore) throws -> [UInt8] {
        guard let id = try store.read({ store in try store.setting(idSetting) }) else {
            throw KeyStoreError.damaged(detail: "no keystore id")
        }
        return try check(root, id)
    }

    private static func check(
        _ root: KeystoreRoot, _ id: [UInt8]
    ) throws(EmbeddedKeyServiceError) -> [UInt8] {
        // A public value from here on: it is stored in the clear.
        try root.derive(info: label + id).withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }
}
