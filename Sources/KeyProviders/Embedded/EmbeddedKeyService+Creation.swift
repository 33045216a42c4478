internal import AuditLog
package import KMSDomain
internal import KMSModel
internal import KMSService
internal import KMSStore
package import SecretMemory

extension EmbeddedKeyService {
    /// Makes a keystore in `directory`, with one key named `alias/default`, and opens it.
    ///
    /// Of two processes that do this at once, one succeeds and the other gets `alreadyExists`; a
    /// process that is killed leaves either no keystore or a whole one.
    ///
    /// - Parameter rootPassphrase: seals the root key; without one the file's permissions protect
    ///   it.
    package static func create(
        in directory: [UInt8], rootPassphrase: borrowing SecretBytes?,
        clock: any WallClock = SystemClock()
    ) throws(EmbeddedKeyServiceError) -> EmbeddedKeyService {
        try create(in: directory, root: NewRoot(passphrase: rootPassphrase), clock: clock)
    }

    /// The same with any kind of root.
    package static func create(
        in directory: [UInt8], root new: borrowing NewRoot,
        clock: any WallClock = SystemClock()
    ) throws(EmbeddedKeyServiceError) -> EmbeddedKeyService {
        do {
            try KeystoreDirectory.make(directory)
            let place = try KeystoreDirectory(opening: directory)
            try place.lock()
            try requireRoom(place)
            try KeystoreAssembly.clear(place)
            let root = try KeystoreRoot.make(
                new, in: place, file: KeystoreAssembly.unfinished(RootKeyFile.name))
            let store = try SQLiteKeyStore.create(
                at: place.path(of: KeystoreAssembly.unfinished("keys.sqlite")))
            try KeystoreIdentity.establish(root, in: store)
            try makeDefaultKey(place, root, store, clock)
            try store.close()
            try KeystoreAssembly.commit(place)
            place.unlock()
            return try reopen(place, root, clock)
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    /// Opens what this process has just made, whose root key it still holds.
    static func reopen(
        _ place: borrowing KeystoreDirectory, _ root: KeystoreRoot, _ clock: any WallClock
    ) throws -> EmbeddedKeyService {
        let store = try SQLiteKeyStore.open(at: place.path(of: "keys.sqlite"))
        return try EmbeddedKeyService(
            directory: place.path, root: root,
            check: KeystoreIdentity.require(root, in: store), store: store,
            auditDirectory: place.path(of: "audit"), auditIsExpected: true, clock: clock)
    }

    /// The caller holds the lock.
    private static func requireRoom(
        _ place: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        if try place.contains(KeystoreAssembly.readyMark) {
            try KeystoreAssembly.complete(place)
        }
        var missing: [String] = []
        for name in [RootKeyFile.name, "keys.sqlite"] where try !place.contains(name) {
            missing.append(name)
        }
        switch missing.count {
        case 0: throw .alreadyExists
        // One of the two alone may be all that is left of somebody's keys.
        case 1: throw .incomplete(missing: missing)
        default:
            // A log without keys: of a keystore that was removed by hand. It is not ours to go on.
            if try place.contains("audit") {
                throw .incomplete(missing: missing)
            }
        }
    }

    private static func makeDefaultKey(
        _ place: borrowing KeystoreDirectory, _ root: KeystoreRoot, _ store: SQLiteKeyStore,
        _ clock: any WallClock
    ) throws {
        let audit = KeystoreAssembly.unfinished("audit")
        try place.makeDirectory(audit)
        let made = try EmbeddedKeyService(
            directory: place.path, root: root,
            check: KeystoreIdentity.require(root, in: store), store: store,
            auditDirectory: place.path(of: audit), auditIsExpected: false, clock: clock)
        _ = try made.service.createKey(
            CreateKeyRequest(description: "made with the keystore"), aliasName: defaultAlias,
            caller: made.caller)
        try made.audit.flush()
    }
}
