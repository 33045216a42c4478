internal import GRDB
internal import GRDBSQLite
package import KMSDomain

/// Keys in one SQLite file that several processes may use at once.
///
/// WAL, so that readers and one writer do not wait for each other; synchronous FULL, so that what
/// was committed survives a loss of power. One connection does the work, for one thread at a time.
package final class SQLiteKeyStore: KeyStore {
    /// How long a call waits for another process's transaction.
    static let busyTimeoutInSeconds = 10.0

    private let queue: DatabaseQueue

    private let dataVersion: DataVersion

    private init(_ queue: DatabaseQueue, at path: [UInt8]) throws(KeyStoreError) {
        self.queue = queue
        dataVersion = try DataVersion(DatabasePath(path))
    }

    /// The newest schema this version knows.
    package static var schemaVersion: Int { Schema.current.version }

    /// Makes a new database; there must be none at `path`.
    package static func create(at path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        try StoreFile.create(at: path)
        let queue = try connect(to: path)
        try KeyStoreError.translating {
            try queue.inDatabase { database in
                try database.execute(
                    sql: "PRAGMA application_id = \(Schema.applicationID)")
                let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
                guard mode == "wal" else {
                    throw KeyStoreError.failed(code: 0, detail: "no write-ahead log here")
                }
                try database.inTransaction(.immediate) {
                    try apply(Schema.current, from: 0, to: database)
                    return .commit
                }
            }
        }
        return try SQLiteKeyStore(queue, at: path)
    }

    /// Opens an existing database, after bringing it to this version's schema if it is older.
    package static func open(at path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        try open(at: path, schema: .current)
    }

    static func open(
        at path: [UInt8], schema: Schema, busyTimeoutInSeconds: Double = busyTimeoutInSeconds
    ) throws(KeyStoreError) -> SQLiteKeyStore {
        // Read from the file itself, so that a newer database is not so much as opened.
        let header = try StoreFile.checkedHeader(at: path)
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .damaged(detail: "not a database")
        }
        func word(at offset: Int) -> UInt32 {
            header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard word(at: 68) == Schema.applicationID else {
            throw .damaged(detail: "another program's database")
        }
        let inHeader = Int(word(at: 60))
        guard inHeader <= schema.version else {
            throw .newerSchema(found: inHeader, supported: schema.version)
        }
        let queue = try connect(to: path, busyTimeoutInSeconds: busyTimeoutInSeconds)
        // The header may be older than the write-ahead log.
        let found = try KeyStoreError.translating {
            try queue.inDatabase {
                try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0
            }
        }
        guard found <= schema.version else {
            throw .newerSchema(found: found, supported: schema.version)
        }
        guard found > 0 else { throw .damaged(detail: "no schema") }
        if found < schema.version { try migrate(queue, path, from: found, to: schema) }
        return try SQLiteKeyStore(queue, at: path)
    }

    private static func connect(
        to path: [UInt8], busyTimeoutInSeconds: Double = busyTimeoutInSeconds
    ) throws(KeyStoreError) -> DatabaseQueue {
        let databasePath = try DatabasePath(path)
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeoutInSeconds)
        configuration.prepareDatabase { database in
            // secure_delete: a destroyed key's sealed material is overwritten in the file.
            try database.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA secure_delete = ON;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cell_size_check = ON;
                    """)
        }
        return try KeyStoreError.translating {
            try DatabaseQueue(path: databasePath.text, configuration: configuration)
        }
    }

    // MARK: KeyStore

    package func changeCount() throws(KeyStoreError) -> UInt64 { try dataVersion.current() }

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
        try KeyStoreError.translating {
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
        let findings = try KeyStoreError.translating {
            try queue.inDatabase { database in
                try String.fetchAll(database, sql: "PRAGMA integrity_check")
                    + Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map { _ in
                        "foreign key"
                    }
            }
        }
        guard findings == ["ok"] else { throw .damaged(detail: findings.first ?? "") }
    }

    /// Writes everything into the one file and lets go of it.
    package func close() throws(KeyStoreError) {
        try KeyStoreError.translating {
            dataVersion.close()
            try queue.close()
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
            throw KeyStoreError(error)
        }
    }

    /// Moves the log into the file and empties it: older pages with destroyed rows go too.
    private func forgetLog() {
        // A reader in another process can hold the old pages; the next destruction or the last
        // close does it then. The key's rows are gone from the tables in any case.
        _ = try? queue.inDatabase { database in try database.checkpoint(.truncate) }
    }
}
