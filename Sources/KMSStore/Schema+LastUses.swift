internal import GRDB

extension Schema {
    /// The last use of each key that was used since a server writes them down.
    @Sendable
    static func createLastUses(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE last_uses (
                    key_id BLOB PRIMARY KEY NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    operation TEXT NOT NULL,
                    date INTEGER NOT NULL,
                    event_id BLOB NOT NULL CHECK (length(event_id) = 16),
                    request_id BLOB NOT NULL CHECK (length(request_id) = 16)
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
