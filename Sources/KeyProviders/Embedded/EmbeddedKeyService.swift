internal import AuditLog
package import KMSDomain
package import KMSService
internal import KMSStore
package import KeyAgent
package import SecretMemory
internal import Synchronization

/// The key service inside `coffer`: a keystore directory, opened, with the service over it.
///
///     DIR/               0700
///       root.key         the root of trust: 32 bytes, or sealed, or the token that has it
///       keys.sqlite      keys, sealed under the root
///       audit/log.jsonl  one record for each call
///       audit/head       how far the log had come when last made sure of
///
/// Any number of processes may have one keystore open. Specification: keystore.
package final class EmbeddedKeyService: Sendable {
    /// The alias every new keystore has.
    package static let defaultAlias = "alias/default"

    package let directory: [UInt8]
    /// The operations; call them as ``caller``.
    package let service: KMSService
    package let caller: Caller
    let root: KeystoreRoot
    /// For what concerns the keystore as a whole.
    let store: SQLiteKeyStore
    /// The same, as long as it has this root.
    let boundStore: RootBoundStore
    let audit: FileAuditLog
    let auditKey: AuditKey
    let clock: any WallClock

    init(
        directory: [UInt8], root: KeystoreRoot, check: [UInt8], store: SQLiteKeyStore,
        auditDirectory: [UInt8], auditIsExpected: Bool, auditFileByteCount: Int? = nil,
        clock: any WallClock
    ) throws {
        let realm = Realm.local
        self.directory = directory
        self.root = root
        self.store = store
        self.clock = clock
        boundStore = RootBoundStore(store, check: check)
        auditKey = try KeystoreAuditKey.open(root, in: store)
        audit = try FileAuditLog(
            directory: auditDirectory, key: auditKey, realm: realm, clock: clock,
            isExpected: auditIsExpected, maximumFileByteCount: auditFileByteCount)
        caller = Caller.localRoot(of: realm)
        service = KMSService(
            store: boundStore, backend: root.backend, audit: audit,
            authorizer: LocalRootAuthorizer(realm: realm), clock: clock, root: root.trust)
    }

    /// Whether there is a keystore, or the part of one, in `directory`. Follows from names only.
    package static func exists(in directory: [UInt8]) throws(EmbeddedKeyServiceError) -> Bool {
        do throws(EmbeddedKeyServiceError) {
            let place = try KeystoreDirectory(opening: directory)
            for name in [KeystoreAssembly.readyMark, RootKeyFile.name, "keys.sqlite"] {
                if try place.contains(name) { return true }
            }
            return false
        } catch .missing {
            return false
        }
    }

    /// Opens the keystore in `directory`. Destroys and rotates what has become due.
    ///
    /// - Parameters:
    ///   - passphrase: asked only if the root key is sealed; nothing if there is none.
    ///   - token: asked only if the root is on one.
    ///   - auditFileByteCount: when the file of the audit log is this long, it goes on in a new one;
    ///     nothing for one file for ever.
    package static func open(
        in directory: [UInt8], clock: any WallClock = SystemClock(),
        passphrase: () throws(EmbeddedKeyServiceError) -> SecretBytes? = { nil },
        token: RootTokenSource = noToken, auditFileByteCount: Int? = nil
    ) throws(EmbeddedKeyServiceError) -> EmbeddedKeyService {
        do {
            let place = try KeystoreDirectory(opening: directory)
            let (root, check, store) = try openRootAndStore(
                place, token, passphrase, opening: SQLiteKeyStore.open)
            try makeMissingLog(place)
            let opened = try EmbeddedKeyService(
                directory: directory, root: root, check: check, store: store,
                auditDirectory: place.path(of: "audit"), auditIsExpected: true,
                auditFileByteCount: auditFileByteCount, clock: clock)
            try opened.service.performDueWork()
            return opened
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    /// The parts of a whole keystore that have to be of one and the same.
    static func openRootAndStore(
        _ place: borrowing KeystoreDirectory, _ token: RootTokenSource,
        _ passphrase: () throws(EmbeddedKeyServiceError) -> SecretBytes?,
        opening: ([UInt8]) throws(KeyStoreError) -> SQLiteKeyStore
    ) throws -> (KeystoreRoot, check: [UInt8], SQLiteKeyStore) {
        try finishAssembly(place)
        try requireParts(place)
        let store = try opening(place.path(of: "keys.sqlite"))
        while true {
            let file = try RootMove.settle(place, store)
            let digest = try RootKeyFile.digest(of: file, in: place)
            let root = try KeystoreRoot.open(
                RootKeyFile.read(from: place, name: file), passphrase: passphrase, token: token)
            do {
                return (root, try KeystoreIdentity.require(root, in: store), store)
            } catch EmbeddedKeyServiceError.rootKeyOfAnotherKeystore {
                // Unless somebody has just moved the keystore to another root.
                let now = try RootKeyFile.digest(of: RootMove.settle(place, store), in: place)
                guard now != digest else {
                    throw EmbeddedKeyServiceError.rootKeyOfAnotherKeystore
                }
            }
        }
    }

    /// For a program that reaches no token.
    package static func noToken(
        _ name: RootTokenName
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken { throw .rootOnToken(uri: name.uri) }

    /// The directory of a log that somebody removed. A restore has moved it away for a moment, and
    /// is waited for: a directory made then would stand in the way of the one that it brings.
    private static func makeMissingLog(
        _ place: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        if try place.contains("audit") { return }
        try place.lock()
        if try place.contains(KeystoreAssembly.readyMark) {
            try KeystoreAssembly.complete(place)
        }
        try place.makeDirectory("audit")
        place.unlock()
    }

    /// Makes sure that every record is on the medium and lets go of the files. Nothing may be asked
    /// of the service after.
    package func close() throws(EmbeddedKeyServiceError) {
        do {
            try audit.flush()
            try store.close()
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    /// A keystore that was all made but not put in its place is put there; so is one that a restore
    /// brought.
    private static func finishAssembly(
        _ place: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        guard try place.contains(KeystoreAssembly.readyMark) else { return }
        try place.lock()
        if try place.contains(KeystoreAssembly.readyMark) {
            try KeystoreAssembly.complete(place)
        }
        place.unlock()
    }

    private static func requireParts(
        _ place: borrowing KeystoreDirectory
    ) throws(EmbeddedKeyServiceError) {
        var missing: [String] = []
        for name in [RootKeyFile.name, "keys.sqlite"] where try !place.contains(name) {
            missing.append(name)
        }
        guard missing.count < 2 else { throw .missing }
        guard missing.isEmpty else { throw .incomplete(missing: missing) }
    }
}
