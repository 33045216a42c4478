internal import KMSDomain
internal import KMSStore

/// The store as a key service sees it that has one root: from the moment that somebody moves the
/// keystore to another root it is refused, so that no row is written under the old one.
final class RootBoundStore: KeyStore {
    private let store: SQLiteKeyStore
    private let check: [UInt8]

    /// - Parameter check: of the root, as the store has it now.
    init(_ store: SQLiteKeyStore, check: [UInt8]) {
        self.store = store
        self.check = check
    }

    func changeCount() throws(KeyStoreError) -> UInt64 { try store.changeCount() }

    func read<R>(_ body: (any KeyStoreReader) throws -> R) throws -> R {
        try store.read { store in
            try requireRoot(store)
            return try body(store)
        }
    }

    func write<R>(_ body: (any KeyStoreWriter) throws -> R) throws -> R {
        try store.write { store in
            try requireRoot(store)
            return try body(store)
        }
    }

    private func requireRoot(_ store: any KeyStoreReader) throws(KeyStoreError) {
        guard try store.setting(KeystoreIdentity.checkSetting) == check else { throw .rootMoved }
    }
}
