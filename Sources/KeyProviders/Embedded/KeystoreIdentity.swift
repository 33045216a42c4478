internal import KMSDomain
internal import KMSService
internal import KMSStore
internal import OpenSSLCrypto
internal import SecretMemory

/// Ties `keys.sqlite` to its `root.key`: settings `keystore-id`, 16 random bytes, and `root-check`,
///
///     HKDF-Expand(root, "coffer/v1 keystore" ‖ 00 ‖ keystore id, 32)
///
/// which tells nothing of the root, and tells a wrong one at once and not at the first key.
enum KeystoreIdentity {
    private static let label = Array("coffer/v1 keystore".utf8) + [0]

    static func establish(_ root: SoftwareRootOfTrust, in store: SQLiteKeyStore) throws {
        let id = SystemRandom.bytes(count: 16)
        let check = try check(root, id)
        try store.write { store in
            try store.set(id, forSetting: "keystore-id")
            try store.set(check, forSetting: "root-check")
        }
    }

    /// - Throws: ``EmbeddedKeyServiceError/rootKeyOfAnotherKeystore``
    static func require(_ root: SoftwareRootOfTrust, in store: SQLiteKeyStore) throws {
        let (id, expected) = try store.read { store in
            (try store.setting("keystore-id"), try store.setting("root-check"))
        }
        guard let id, let expected else {
            throw KeyStoreError.damaged(detail: "no keystore id")
        }
        guard ConstantTime.equal(try check(root, id), expected) else {
            throw EmbeddedKeyServiceError.rootKeyOfAnotherKeystore
        }
    }

    private static func check(
        _ root: SoftwareRootOfTrust, _ id: [UInt8]
    ) throws(RootOfTrustError) -> [UInt8] {
        // A public value from here on: it is stored in the clear.
        try root.derive(info: label + id).withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
    }
}
