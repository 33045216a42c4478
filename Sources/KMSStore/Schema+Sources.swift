internal import GRDB

extension Schema {
    /// Where material comes from, and imported material. Columns of their own, as a key's row and a
    /// version's are otherwise as they were.
    static func createSources(_ database: Database) throws {
        try database.execute(
            sql: """
                ALTER TABLE keys ADD COLUMN origin TEXT NOT NULL DEFAULT 'AWS_KMS';
                ALTER TABLE keys ADD COLUMN is_material_missing INTEGER NOT NULL DEFAULT 0
                    CHECK (is_material_missing IN (0, 1));
                ALTER TABLE keys ADD COLUMN material_expiry INTEGER;

                CREATE INDEX keys_by_expiry ON keys (material_expiry)
                    WHERE material_expiry IS NOT NULL;

                ALTER TABLE versions ADD COLUMN is_imported INTEGER NOT NULL DEFAULT 0
                    CHECK (is_imported IN (0, 1));
                ALTER TABLE versions ADD COLUMN material_description BLOB;
                ALTER TABLE versions ADD COLUMN valid_to INTEGER;
                """)
    }
}
