internal import GRDB
internal import GRDBSQLite
package import KMSDomain

/// Looking at a database where nothing can be written.
///
/// SQLite cannot read one with a write-ahead log there, as readers have to write beside it.
extension SQLiteKeyStore {
    /// Opens an existing database as ``open(at:)`` does; where nothing can be written, a copy of it in
    /// memory, brought to this version's schema there, without what a process that died left in the
    /// write-ahead log.
    package static func openToLook(at path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        do throws(KeyStoreError) {
            return try open(at: path)
        } catch .notWritable {
            return try openCopy(of: path)
        } catch .noSpace {
            return try openCopy(of: path)
        }
    }

    static func openCopy(of path: [UInt8]) throws(KeyStoreError) -> SQLiteKeyStore {
        let identity = try StoreFile.requirePrivacy(at: path)
        var content: [UInt8]?
        try OpenDatabases.enter(identity) { () throws(KeyStoreError) in
            content = try StoreFile.content(at: path)
        }
        do throws(KeyStoreError) {
            // Open in this process: reading it would drop the locks of that connection.
            guard var content else { throw .locked }
            try check(header: Array(content.prefix(100)), .current)
            // Bytes 18 and 19 of the header: no write-ahead log (sqlite.org/fileformat2.html, 1.3).
            content[18] = 1
            content[19] = 1
            return try SQLiteKeyStore(queue(of: content), at: path, identity)
        } catch {
            OpenDatabases.leave(identity)
            throw error
        }
    }

    private static func queue(of content: [UInt8]) throws(KeyStoreError) -> DatabaseQueue {
        try KeyStoreError.translating {
            let queue = try DatabaseQueue(configuration: configuration())
            try queue.inDatabase { database in
                let count = Int64(content.count)
                guard let connection = unsafe database.sqliteConnection,
                    let bytes = unsafe sqlite3_malloc64(UInt64(content.count))
                else { throw KeyStoreError.failed(code: 0, detail: "sqlite3_malloc64") }
                unsafe bytes.copyMemory(from: content, byteCount: content.count)
                // Frees the bytes, also if it fails.
                let result = unsafe sqlite3_deserialize(
                    connection, "main", bytes.assumingMemoryBound(to: UInt8.self), count, count,
                    UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE))
                guard result == SQLITE_OK else {
                    throw KeyStoreError.failed(code: Int(result), detail: "sqlite3_deserialize")
                }
                let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard found > 0 else { throw KeyStoreError.damaged(detail: "no schema") }
                if found < Schema.current.version {
                    try database.inTransaction(.immediate) {
                        try apply(.current, from: found, to: database)
                        return .commit
                    }
                }
                // What is written to the copy would be lost with it.
                try database.execute(sql: "PRAGMA query_only = ON")
            }
            return queue
        }
    }
}
