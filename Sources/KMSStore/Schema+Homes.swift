internal import GRDB
internal import KMSDomain

extension Schema {
    /// Keys and aliases of several accounts and regions. What a keystore of version 1 has is of the
    /// one that `coffer` has.
    ///
    /// A key and its replicas have ids of their own, and one name between them: `name_id` and whether
    /// `multi_region_type` is there. Their versions are the name's, and so are not bound to one row of
    /// `keys`. Tables that others refer to are made anew and take their names once those are gone
    /// (sqlite.org/lang_altertable.html, section 7): dropping one deletes what refers to it.
    @Sendable
    static func createHomes(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE new_keys (
                    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
                    account_id TEXT NOT NULL CHECK (length(account_id) = 12),
                    region TEXT NOT NULL,
                    name_id BLOB NOT NULL CHECK (length(name_id) = 16),
                    multi_region_type TEXT CHECK (multi_region_type IN ('PRIMARY', 'REPLICA')),
                    spec TEXT NOT NULL,
                    usage TEXT NOT NULL,
                    description BLOB NOT NULL,
                    creation_date INTEGER NOT NULL,
                    state TEXT NOT NULL CHECK (
                        state IN ('Enabled', 'Disabled', 'PendingDeletion', 'PendingImport',
                            'PendingReplicaDeletion', 'Creating', 'Updating', 'Unavailable')),
                    state_end_date INTEGER,
                    deletion_window INTEGER,
                    current_version BLOB NOT NULL CHECK (length(current_version) = 16),
                    rotation_period INTEGER,
                    next_rotation_date INTEGER,
                    on_demand_rotations INTEGER NOT NULL,
                    UNIQUE (name_id, region),
                    CHECK (multi_region_type IS NOT NULL OR name_id = id),
                    CHECK ((state IN ('PendingDeletion', 'Creating', 'Updating'))
                        = (state_end_date IS NOT NULL)),
                    CHECK ((state IN ('PendingDeletion', 'PendingReplicaDeletion'))
                        = (deletion_window IS NOT NULL)),
                    CHECK ((rotation_period IS NULL) = (next_rotation_date IS NULL))
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE new_versions (
                    number INTEGER PRIMARY KEY NOT NULL,
                    id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
                    name_id BLOB NOT NULL CHECK (length(name_id) = 16),
                    creation_date INTEGER NOT NULL,
                    cause TEXT NOT NULL,
                    sealed_material BLOB NOT NULL
                ) STRICT;

                CREATE TABLE new_aliases (
                    account_id TEXT NOT NULL,
                    region TEXT NOT NULL,
                    name TEXT NOT NULL,
                    key_id BLOB NOT NULL REFERENCES new_keys (id) ON DELETE CASCADE,
                    creation_date INTEGER NOT NULL,
                    last_update_date INTEGER NOT NULL,
                    PRIMARY KEY (account_id, region, name)
                ) STRICT, WITHOUT ROWID;
                """)
        let home: StatementArguments = [Realm.local.accountID, Realm.local.region]
        try database.execute(
            sql: """
                INSERT INTO new_keys SELECT id, ?, ?, id, NULL, spec, usage, description,
                    creation_date, state, deletion_date, deletion_window, current_version,
                    rotation_period, next_rotation_date, on_demand_rotations FROM keys
                """, arguments: home)
        try database.execute(
            sql: """
                INSERT INTO new_aliases
                SELECT ?, ?, name, key_id, creation_date, last_update_date FROM aliases
                """, arguments: home)
        try database.execute(
            sql: """
                INSERT INTO new_versions SELECT * FROM versions;

                DROP TABLE versions;
                DROP TABLE aliases;
                DROP TABLE keys;
                ALTER TABLE new_keys RENAME TO keys;
                ALTER TABLE new_versions RENAME TO versions;
                ALTER TABLE new_aliases RENAME TO aliases;

                CREATE INDEX keys_by_home ON keys (account_id, region, name_id);
                CREATE INDEX keys_by_state_end ON keys (state_end_date)
                    WHERE state_end_date IS NOT NULL;
                CREATE INDEX keys_by_rotation ON keys (next_rotation_date)
                    WHERE next_rotation_date IS NOT NULL AND state = 'Enabled';
                CREATE INDEX versions_by_name ON versions (name_id, number);
                CREATE INDEX aliases_by_key ON aliases (key_id, name);
                """)
    }
}
