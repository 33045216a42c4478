internal import GRDB

extension Schema {
    /// Who may do what. A key without a row in `key_policies` has the default policy.
    ///
    /// Grants are found by key and grantee, by key, and by retiring principal; each of these indexes
    /// ends in the id, so that a page of them is read in order. `grants_by_use` finds the few of many
    /// that can allow a request.
    @Sendable
    static func createAccess(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE key_policies (
                    key_id BLOB PRIMARY KEY NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    text BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE grants (
                    id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 32),
                    key_id BLOB NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    name TEXT,
                    creation_date INTEGER NOT NULL,
                    grantee TEXT NOT NULL,
                    retiring_principal TEXT,
                    issuing_principal TEXT NOT NULL,
                    operations TEXT NOT NULL,
                    context_equals BLOB,
                    context_subset BLOB,
                    anchor BLOB,
                    CHECK ((anchor IS NULL) = (context_equals IS NULL AND context_subset IS NULL))
                ) STRICT, WITHOUT ROWID;

                CREATE INDEX grants_by_grantee ON grants (key_id, grantee, id);
                CREATE INDEX grants_by_key ON grants (key_id, id);
                CREATE INDEX grants_by_use ON grants (key_id, grantee, operations, anchor);
                CREATE INDEX grants_by_name ON grants (key_id, name) WHERE name IS NOT NULL;
                CREATE INDEX grants_by_retiring_principal ON grants (retiring_principal, id)
                    WHERE retiring_principal IS NOT NULL;

                CREATE TABLE key_tags (
                    key_id BLOB NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    key BLOB NOT NULL,
                    value BLOB NOT NULL,
                    PRIMARY KEY (key_id, key)
                ) STRICT, WITHOUT ROWID;

                ALTER TABLE keys ADD COLUMN manager TEXT NOT NULL DEFAULT 'CUSTOMER'
                    CHECK (manager IN ('CUSTOMER', 'AWS'));

                CREATE TABLE accounts (
                    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 12),
                    name TEXT NOT NULL,
                    creation_date INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE identities (
                    arn TEXT PRIMARY KEY NOT NULL,
                    unique_id TEXT NOT NULL UNIQUE,
                    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
                    path TEXT NOT NULL,
                    name TEXT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('User', 'Role')),
                    trust_policy BLOB,
                    maximum_session INTEGER,
                    creation_date INTEGER NOT NULL,
                    UNIQUE (account_id, kind, name),
                    CHECK ((kind = 'Role') = (trust_policy IS NOT NULL)),
                    CHECK ((trust_policy IS NULL) = (maximum_session IS NULL))
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE identity_tags (
                    identity_arn TEXT NOT NULL REFERENCES identities (arn) ON DELETE CASCADE,
                    key TEXT NOT NULL,
                    value TEXT NOT NULL,
                    PRIMARY KEY (identity_arn, key)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE identity_policies (
                    identity_arn TEXT NOT NULL REFERENCES identities (arn) ON DELETE CASCADE,
                    name TEXT NOT NULL,
                    text BLOB NOT NULL,
                    PRIMARY KEY (identity_arn, name)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE access_keys (
                    id TEXT PRIMARY KEY NOT NULL,
                    principal_arn TEXT NOT NULL,
                    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
                    creation_date INTEGER NOT NULL,
                    sealed_secret BLOB NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE INDEX access_keys_by_principal ON access_keys (principal_arn, id);
                """)
    }
}
