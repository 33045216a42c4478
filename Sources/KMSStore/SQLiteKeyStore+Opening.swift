internal import GRDB
package import KMSDomain

/// Making and opening: privacy first, then the version, then SQLite.
extension SQLiteKeyStore {
    /// How long a call waits for another process's transaction.
    static let busyTimeoutInSeconds = 10.0

    /// Makes a new database; there must be none at `path`.
    package static func create(at path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        try StoreFile.create(at: path)
        let identity = try StoreFile.requirePrivacy(at: path)
        try OpenDatabases.enter(identity) {}
        do throws(KeyStoreError) {
            return try SQLiteKeyStore(makeTables(path), at: path, identity)
        } catch {
            OpenDatabases.leave(identity)
            throw error
        }
    }

    private static func makeTables(_ path: [UInt8]) throws(KeyStoreError) -> DatabaseQueue {
        let queue = try connect(to: path)
        try KeyStoreError.translating(at: path) {
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
        return queue
    }

    /// Opens an existing database, after bringing it to this version's schema if it is older.
    package static func open(at path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        try open(at: path, schema: .current)
    }

    static func open(
        at path: [UInt8], schema: Schema, busyTimeoutInSeconds: Double = busyTimeoutInSeconds
    ) throws(KeyStoreError) -> SQLiteKeyStore {
        let identity = try StoreFile.requirePrivacy(at: path)
        try OpenDatabases.enter(identity) { () throws(KeyStoreError) in
            // Read from the file itself, so that a newer database is not so much as opened.
            try check(header: try StoreFile.header(at: path), schema)
        }
        do throws(KeyStoreError) {
            return try SQLiteKeyStore(
                open(path, schema, busyTimeoutInSeconds), at: path, identity)
        } catch {
            OpenDatabases.leave(identity)
            throw error
        }
    }

    static func check(header: [UInt8], _ schema: Schema) throws(KeyStoreError) {
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw .damaged(detail: "not a database")
        }
        func word(at offset: Int) -> UInt32 {
            header[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        guard word(at: 68) == Schema.applicationID else {
            throw .damaged(detail: "another program's database")
        }
        let found = Int(word(at: 60))
        guard found <= schema.version else {
            throw .newerSchema(found: found, supported: schema.version)
        }
    }

    private static func open(
        _ path: [UInt8], _ schema: Schema, _ busyTimeoutInSeconds: Double
    ) throws(KeyStoreError) -> DatabaseQueue {
        let queue = try connect(to: path, busyTimeoutInSeconds: busyTimeoutInSeconds)
        // The header may be older than the write-ahead log.
        let found = try KeyStoreError.translating(at: path) {
            try queue.inDatabase {
                try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0
            }
        }
        guard found <= schema.version else {
            throw .newerSchema(found: found, supported: schema.version)
        }
        guard found > 0 else { throw .damaged(detail: "no schema") }
        if found < schema.version { try migrate(queue, path, from: found, to: schema) }
        return queue
    }

    private static func connect(
        to path: [UInt8], busyTimeoutInSeconds: Double = busyTimeoutInSeconds
    ) throws(KeyStoreError) -> DatabaseQueue {
        let databasePath = try DatabasePath(path)
        return try KeyStoreError.translating(at: path) {
            try DatabaseQueue(
                path: databasePath.text,
                configuration: configuration(busyTimeoutInSeconds: busyTimeoutInSeconds))
        }
    }

    static func configuration(
        busyTimeoutInSeconds: Double = busyTimeoutInSeconds
    ) -> Configuration {
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
        return configuration
    }
}
