internal import GRDB
internal import KMSDomain

/// The tables, version by version. `PRAGMA user_version` says which version a database has.
///
/// A released migration is never edited; a new version is one more element. Formats/keystore.md
/// describes the newest.
struct Schema: Sendable {
    typealias Migration = @Sendable (Database) throws -> Void

    /// "COFK": SQLite's `application_id` of a Coffer keystore.
    static let applicationID: UInt32 = 0x434F_464B

    /// Element n leads from version n to n + 1.
    let migrations: [Migration]

    var version: Int { migrations.count }

    static let current = Schema(migrations: [createVersion1, createVersion2])

    /// Each part in a file of its own.
    @Sendable
    private static func createVersion2(_ database: Database) throws {
        try createHomes(database)
        try createAccess(database)
        try createLastUses(database)
    }

    /// Times are milliseconds since 1970. Ids are 16 bytes. A description may hold any character, so
    /// it is kept as its UTF-8 bytes: SQLite's text ends at a zero.
    @Sendable
    private static func createVersion1(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE keys (
                    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
                    spec TEXT NOT NULL,
                    usage TEXT NOT NULL,
                    description BLOB NOT NULL,
                    creation_date INTEGER NOT NULL,
                    state TEXT NOT NULL
                        CHECK (state IN ('Enabled', 'Disabled', 'PendingDeletion')),
                    deletion_date INTEGER,
                    deletion_window INTEGER,
                    current_version BLOB NOT NULL CHECK (length(current_version) = 16),
                    rotation_period INTEGER,
                    next_rotation_date INTEGER,
                    on_demand_rotations INTEGER NOT NULL,
                    CHECK ((state = 'PendingDeletion') = (deletion_date IS NOT NULL)),
                    CHECK ((deletion_date IS NULL) = (deletion_window IS NULL)),
                    CHECK ((rotation_period IS NULL) = (next_rotation_date IS NULL))
                ) STRICT, WITHOUT ROWID;

                CREATE INDEX keys_by_deletion ON keys (deletion_date)
                    WHERE deletion_date IS NOT NULL;
                CREATE INDEX keys_by_rotation ON keys (next_rotation_date)
                    WHERE next_rotation_date IS NOT NULL AND state = 'Enabled';

                CREATE TABLE versions (
                    number INTEGER PRIMARY KEY NOT NULL,
                    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                    key_id BLOB NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    creation_date INTEGER NOT NULL,
                    cause TEXT NOT NULL,
                    sealed_material BLOB NOT NULL
                ) STRICT;

                CREATE INDEX versions_by_key ON versions (key_id, number);

                CREATE TABLE aliases (
                    name TEXT PRIMARY KEY NOT NULL,
                    key_id BLOB NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    creation_date INTEGER NOT NULL,
                    last_update_date INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE INDEX aliases_by_key ON aliases (key_id, name);

                CREATE TABLE settings (
                    name TEXT PRIMARY KEY NOT NULL,
                    value BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;
                """)
    }
}
