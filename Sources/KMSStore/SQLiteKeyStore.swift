internal import GRDB
internal import GRDBSQLite
package import KMSDomain
internal import Synchronization

/// Keys in one SQLite file that several processes may use at once.
///
/// WAL, so that readers and one writer do not wait for each other; synchronous FULL, so that what
/// was committed survives a loss of power. One connection does the work, for one thread at a time.
package final class SQLiteKeyStore: KeyStore {
    private let queue: DatabaseQueue
    private let dataVersion: DataVersion
    private let identity: OpenDatabases.Identity
    private let path: [UInt8]
    private let isOpen = Atomic(true)

    init(
        _ queue: DatabaseQueue, at path: [UInt8], _ identity: OpenDatabases.Identity
    ) throws(KeyStoreError) {
        let dataVersion: DataVersion
        do throws(KeyStoreError) {
            dataVersion = try DataVersion(DatabasePath(path))
        } catch { throw error.located(at: path) }
        self.queue = queue
        self.path = path
        self.dataVersion = dataVersion
        self.identity = identity
    }

    deinit {
        // The file must not count as closed before it is. What fails here was committed before.
        try? close()
    }

    /// The newest schema this version knows.
    package static var schemaVersion: Int { Schema.current.version }

    // MARK: KeyStore

    package func changeCount() throws(KeyStoreError) -> UInt64 {
        do throws(KeyStoreError) {
            return try dataVersion.current()
        } catch { throw error.located(at: path) }
    }

    package func read<R>(_ body: (any KeyStoreReader) throws -> R) throws -> R {
        try transaction(.deferred) { database in try body(SQLiteTransaction(database)) }
    }

    package func write<R>(_ body: (any KeyStoreWriter) throws -> R) throws -> R {
        var destroyed = false
        let result = try transaction(.immediate) { database in
            let transaction = SQLiteTransaction(database)
            let result = try body(transaction)
            destroyed = transaction.hasDestroyedMaterial
            return result
        }
        if destroyed { forgetLog() }
        return result
    }

    /// A consistent copy of the whole database, as the bytes of a file; rows stay sealed.
    package func snapshot() throws(KeyStoreError) -> [UInt8] {
        try KeyStoreError.translating(at: path) {
            try queue.inDatabase { database in
                guard let connection = unsafe database.sqliteConnection else {
                    throw KeyStoreError.failed(code: 0, detail: "connection closed")
                }
                var byteCount: Int64 = 0
                guard
                    let bytes = unsafe sqlite3_serialize(connection, "main", &byteCount, 0)
                else { throw KeyStoreError.failed(code: 0, detail: "sqlite3_serialize") }
                defer { unsafe sqlite3_free(bytes) }
                return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(byteCount)))
            }
        }
    }

    /// Asks SQLite to look at every page and every reference.
    package func checkIntegrity() throws(KeyStoreError) {
        let findings = try KeyStoreError.translating(at: path) {
            try queue.inDatabase { database in
                try String.fetchAll(database, sql: "PRAGMA integrity_check")
                    + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { _ in
                        "foreign key"
                    }
            }
        }
        guard findings == ["ok"] else { throw .damaged(detail: findings.first ?? "") }
    }

    /// Writes everything into the one file and lets go of it. A second time nothing happens.
    package func close() throws(KeyStoreError) {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        defer { OpenDatabases.leave(identity) }
        try KeyStoreError.translating(at: path) {
            dataVersion.close()
            try queue.close()
            // Never freed: that starts Foundation's notification centre and a thread, half a
            // millisecond of a run that ends here, to give back some hundred bytes.
            _ = unsafe Unmanaged.passRetained(queue)
        }
    }

    private func transaction<R>(
        _ kind: Database.TransactionKind, _ body: (Database) throws -> R
    ) throws -> R {
        do {
            return try queue.inDatabase { database in
                var result: R?
                try database.inTransaction(kind) {
                    result = try body(database)
                    return .commit
                }
                guard let result else { preconditionFailure("key store: no result") }
                return result
            }
        } catch let error as DatabaseError {
            throw KeyStoreError(error).located(at: path)
        } catch let error as KeyStoreError {
            throw error.located(at: path)
        }
    }

    /// Moves the log into the file and empties it: older pages with destroyed rows go too.
    private func forgetLog() {
        // A reader in another process can hold the old pages; the next destruction or the last
        // close does it then. The key's rows are gone from the tables in any case.
        _ = try? queue.inDatabase { database in try database.checkpoint(.truncate) }
    }
}
