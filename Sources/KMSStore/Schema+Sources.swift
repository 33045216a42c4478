internal import GRDB

extension Schema {
    /// Where material comes from, imported material, and custom key stores. Columns of their own, as a
    /// key's row and a version's are otherwise as they were. Versions belong to a name, imported material
    /// to each key of it.
    static func createSources(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE custom_key_stores (
                    id TEXT PRIMARY KEY NOT NULL,
                    account_id TEXT NOT NULL,
                    region TEXT NOT NULL,
                    name TEXT NOT NULL,
                    cluster_id TEXT,
                    trust_anchor TEXT,
                    proxy_endpoint TEXT,
                    proxy_path TEXT,
                    proxy_access_key_id TEXT,
                    sealed_secret BLOB NOT NULL,
                    connection_state TEXT NOT NULL CHECK (
                        connection_state IN
                            ('DISCONNECTED', 'CONNECTING', 'CONNECTED', 'FAILED')),
                    connection_error TEXT,
                    creation_date INTEGER NOT NULL,
                    UNIQUE (account_id, region, name),
                    CHECK ((connection_state = 'FAILED') = (connection_error IS NOT NULL)),
                    CHECK ((cluster_id IS NULL) = (trust_anchor IS NULL)),
                    CHECK ((proxy_endpoint IS NULL) = (proxy_path IS NULL)),
                    CHECK ((proxy_endpoint IS NULL) = (proxy_access_key_id IS NULL)),
                    CHECK ((cluster_id IS NULL) <> (proxy_endpoint IS NULL))
                ) STRICT, WITHOUT ROWID;

                ALTER TABLE keys ADD COLUMN origin TEXT NOT NULL DEFAULT 'AWS_KMS';
                ALTER TABLE keys ADD COLUMN is_material_missing INTEGER NOT NULL DEFAULT 0
                    CHECK (is_material_missing IN (0, 1));
                ALTER TABLE keys ADD COLUMN material_expiry INTEGER;

                ALTER TABLE keys ADD COLUMN custom_key_store_id TEXT
                    REFERENCES custom_key_stores (id);

                ALTER TABLE keys ADD COLUMN external_key_id TEXT;

                CREATE INDEX keys_by_custom_key_store ON keys (custom_key_store_id)
                    WHERE custom_key_store_id IS NOT NULL;
                CREATE UNIQUE INDEX keys_by_external_key
                    ON keys (custom_key_store_id, external_key_id)
                    WHERE external_key_id IS NOT NULL;
                CREATE INDEX keys_by_expiry ON keys (material_expiry)
                    WHERE material_expiry IS NOT NULL;

                ALTER TABLE versions ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0
                    CHECK (is_imported IN (0, 1));

                CREATE TABLE imported_materials (
                    key_id BLOB NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                    version_id BLOB NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
                    sealed_material BLOB NOT NULL,
                    description BLOB,
                    valid_to INTEGER,
                    PRIMARY KEY (key_id, version_id)
                ) STRICT, WITHOUT ROWID;

                CREATE INDEX imported_materials_by_version ON imported_materials (version_id);
                """)
    }
}
