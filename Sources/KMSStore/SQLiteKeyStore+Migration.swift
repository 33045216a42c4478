internal import GRDB
internal import KMSDomain

/// From an older schema to this version's: a copy first, then all steps in one transaction.
extension SQLiteKeyStore {
    /// The copy is `PATH.vN`, N the old version; it holds sealed rows only, like the original.
    static func migrate(
        _ queue: DatabaseQueue, _ path: [UInt8], from old: Int, to schema: Schema
    ) throws(KeyStoreError) {
        try keepCopy(of: queue, at: path + Array(".v\(old)".utf8), version: old)
        try KeyStoreError.translating(at: path) {
            try queue.inDatabase { database in
                try database.inTransaction(.immediate) {
                    // Another process may have been faster.
                    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                    guard found <= schema.version else {
                        throw KeyStoreError.newerSchema(found: found, supported: schema.version)
                    }
                    try apply(schema, from: found, to: database)
                    return .commit
                }
            }
        }
    }

    /// Runs the migrations that are missing. Within a transaction.
    static func apply(_ schema: Schema, from version: Int, to database: Database) throws {
        for migration in schema.migrations[version...] { try migration(database) }
        try database.execute(sql: "PRAGMA user_version = \(schema.version)")
    }

    private static func keepCopy(
        of queue: DatabaseQueue, at path: [UInt8], version: Int
    ) throws(KeyStoreError) {
        let temporary = path + Array(".new".utf8)
        StoreFile.remove(temporary)
        try StoreFile.create(at: temporary)
        do throws(KeyStoreError) {
            let copied = try copy(queue, to: temporary)
            // Another process has migrated meanwhile, and has kept a copy before.
            guard copied == version else { return StoreFile.remove(temporary) }
            try StoreFile.rename(temporary, to: path)
        } catch {
            StoreFile.remove(temporary)
            throw error
        }
    }

    /// The version of what was copied.
    private static func copy(
        _ queue: DatabaseQueue, to path: [UInt8]
    ) throws(KeyStoreError) -> Int {
        let databasePath = try DatabasePath(path)
        return try KeyStoreError.translating(at: path) {
            let target = try DatabaseQueue(path: databasePath.text)
            try queue.backup(to: target)
            let version = try target.inDatabase { database in
                // The copy has to stand alone, without a log beside it.
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
                return try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            }
            try target.close()
            return version
        }
    }
}
