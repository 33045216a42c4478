internal import Foundation
internal import GRDB
internal import KMSDomain

/// One transaction on the tables. Statements are prepared once for each connection.
final class SQLiteTransaction: KeyStoreWriter {
    private let database: Database
    var hasDestroyedMaterial = false

    init(_ database: Database) { self.database = database }

    // MARK: Reading

    func key(_ id: KeyID) throws(KeyStoreError) -> Key? {
        try rows("SELECT * FROM keys WHERE id = ?", [Data(id.bytes)]) { try Key(row: $0) }.first
    }

    func keys(after id: KeyID?, limit: Int) throws(KeyStoreError) -> [Key] {
        try rows(
            "SELECT * FROM keys WHERE id > ? ORDER BY id LIMIT ?",
            [Data(id?.bytes ?? []), limit]
        ) { try Key(row: $0) }
    }

    func keys(named name: KeyName) throws(KeyStoreError) -> [Key] {
        try rows("SELECT * FROM keys WHERE name_id = ? ORDER BY region", [Data(name.id.bytes)]) {
            try Key(row: $0)
        }.filter { $0.name == name }
    }

    func key(named name: KeyName, in region: String) throws(KeyStoreError) -> Key? {
        try rows(
            "SELECT * FROM keys WHERE name_id = ? AND region = ?", [Data(name.id.bytes), region]
        ) { try Key(row: $0) }.first { $0.name == name }
    }

    func keys(
        in home: Realm, after name: KeyName?, limit: Int
    ) throws(KeyStoreError) -> [Key] {
        try rows(
            """
            SELECT * FROM keys WHERE account_id = ? AND region = ? AND name_id > ?
            ORDER BY name_id LIMIT ?
            """, [home.accountID, home.region, Data(name?.id.bytes ?? []), limit]
        ) { try Key(row: $0) }
    }

    func keyCount(in home: Realm) throws(KeyStoreError) -> Int {
        try rows(
            "SELECT count(*) AS count FROM keys WHERE account_id = ? AND region = ?",
            [home.accountID, home.region]
        ) { row -> Int in try row.value("count") }.first ?? 0
    }

    func versions(of key: KeyID) throws(KeyStoreError) -> [KeyVersion] {
        try rows(
            """
            SELECT versions.id, name_id, creation_date, cause, is_imported, description, valid_to,
                coalesce(imported.sealed_material, versions.sealed_material) AS sealed_material
            FROM versions LEFT JOIN imported_materials AS imported
                ON imported.version_id = versions.id AND imported.key_id = ?1
            WHERE name_id = (SELECT name_id FROM keys WHERE id = ?1)
            ORDER BY number
            """, [Data(key.bytes)]
        ) { try KeyVersion(row: $0) }
    }

    func alias(named name: String, in home: Realm) throws(KeyStoreError) -> Alias? {
        try rows(
            "SELECT * FROM aliases WHERE account_id = ? AND region = ? AND name = ?",
            [home.accountID, home.region, name]
        ) { try Alias(row: $0) }.first
    }

    func aliases(
        of key: KeyID, after name: String?, limit: Int
    ) throws(KeyStoreError) -> [Alias] {
        try rows(
            "SELECT * FROM aliases WHERE key_id = ? AND name > ? ORDER BY name LIMIT ?",
            [Data(key.bytes), name ?? "", limit]
        ) { try Alias(row: $0) }
    }

    func aliases(
        in home: Realm, after name: String?, limit: Int
    ) throws(KeyStoreError) -> [Alias] {
        try rows(
            """
            SELECT * FROM aliases WHERE account_id = ? AND region = ? AND name > ?
            ORDER BY name LIMIT ?
            """, [home.accountID, home.region, name ?? "", limit]
        ) { try Alias(row: $0) }
    }

    func nextDueDate() throws(KeyStoreError) -> Timestamp? {
        let dates: [Int64?] = try rows(
            """
            SELECT min(state_end_date) AS date FROM keys WHERE state_end_date IS NOT NULL
            UNION ALL
            SELECT min(next_rotation_date) FROM keys
                WHERE next_rotation_date IS NOT NULL AND state = 'Enabled'
                    AND multi_region_type IS NOT 'REPLICA'
            UNION ALL
            SELECT min(material_expiry) FROM keys WHERE material_expiry IS NOT NULL
            """, []
        ) { try $0.value("date") }
        return dates.compactMap(\.self).min().map { Timestamp(millisecondsSince1970: $0) }
    }

    func keysDue(at now: Timestamp) throws(KeyStoreError) -> [Key] {
        try rows(
            """
            SELECT * FROM keys WHERE state_end_date IS NOT NULL AND state_end_date <= ?1
            UNION
            SELECT * FROM keys WHERE next_rotation_date IS NOT NULL AND state = 'Enabled'
                AND multi_region_type IS NOT 'REPLICA' AND next_rotation_date <= ?1
            UNION
            SELECT * FROM keys WHERE material_expiry IS NOT NULL AND material_expiry <= ?1
            ORDER BY id
            """, [now.millisecondsSince1970]
        ) { try Key(row: $0) }
    }

    func newestVersionDate() throws(KeyStoreError) -> Timestamp? {
        let dates: [Int64?] = try rows("SELECT max(creation_date) AS date FROM versions", []) {
            try $0.value("date")
        }
        return dates.compactMap(\.self).first.map { Timestamp(millisecondsSince1970: $0) }
    }

    func lastUse(of key: KeyID) throws(KeyStoreError) -> LastUse? {
        try rows("SELECT * FROM last_uses WHERE key_id = ?", [Data(key.bytes)]) {
            try LastUse(row: $0)
        }.first
    }

    func setting(_ name: String) throws(KeyStoreError) -> [UInt8]? {
        try rows("SELECT value FROM settings WHERE name = ?", [name]) {
            let value: Data = try $0.value("value")
            return Array(value)
        }.first
    }

    // MARK: Writing

    func insert(_ key: Key) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO keys (id, account_id, region, name_id, spec, usage, creation_date,
                multi_region_type, description, state, state_end_date, deletion_window,
                current_version, rotation_period, next_rotation_date, on_demand_rotations, manager)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, key.fixedColumns + key.changingColumns)
        try updateSource(of: key)
    }

    func update(_ key: Key) throws(KeyStoreError) {
        try execute(
            """
            UPDATE keys SET multi_region_type = ?, description = ?, state = ?, state_end_date = ?,
                deletion_window = ?, current_version = ?, rotation_period = ?,
                next_rotation_date = ?, on_demand_rotations = ?, manager = ?
            WHERE id = ?
            """, key.changingColumns + [Data(key.id.bytes)])
        try updateSource(of: key)
    }

    func destroy(_ key: KeyID) throws(KeyStoreError) {
        hasDestroyedMaterial = true
        try execute(
            """
            DELETE FROM versions WHERE name_id = (
                SELECT name_id FROM keys AS last WHERE id = ?1 AND NOT EXISTS (
                    SELECT 1 FROM keys WHERE name_id = last.name_id AND id <> ?1))
            """, [Data(key.bytes)])
        // Aliases, policy and grants go by their foreign keys.
        try execute("DELETE FROM keys WHERE id = ?", [Data(key.bytes)])
    }

    func insert(_ version: KeyVersion) throws(KeyStoreError) {
        try insert(version, sealedMaterial: version.sealedMaterial, isImported: false)
    }

    func insert(
        _ version: KeyVersion, sealedMaterial: [UInt8], isImported: Bool
    ) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO versions (id, name_id, creation_date, cause, sealed_material, is_imported)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            [
                Data(version.id.bytes), Data(version.keyID.bytes),
                version.creationDate.millisecondsSince1970, version.cause.rawValue,
                Data(sealedMaterial), isImported,
            ])
    }

    func insert(_ alias: Alias) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO aliases (key_id, creation_date, last_update_date, name, account_id, region)
            VALUES (?, ?, ?, ?, ?, ?)
            """, alias.columns)
    }

    func update(_ alias: Alias) throws(KeyStoreError) {
        try execute(
            """
            UPDATE aliases SET key_id = ?, creation_date = ?, last_update_date = ?
            WHERE name = ? AND account_id = ? AND region = ?
            """, alias.columns)
    }

    func deleteAlias(named name: String, in home: Realm) throws(KeyStoreError) {
        try execute(
            "DELETE FROM aliases WHERE name = ? AND account_id = ? AND region = ?",
            [name, home.accountID, home.region])
    }

    func record(_ use: LastUse, of key: KeyID) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO last_uses (operation, date, event_id, request_id, key_id)
            SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM keys WHERE id = ?5)
            ON CONFLICT (key_id) DO UPDATE SET operation = ?1, date = ?2, event_id = ?3,
                request_id = ?4
            WHERE date <= ?2
            """,
            [
                use.operation, use.time.millisecondsSince1970, Data(use.eventID.bytes),
                Data(use.requestID.bytes), Data(key.bytes),
            ])
    }

    func set(_ value: [UInt8]?, forSetting name: String) throws(KeyStoreError) {
        if let value {
            try execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [name, Data(value)])
        } else {
            try execute("DELETE FROM settings WHERE name = ?", [name])
        }
    }

    // MARK: Statements

    func rows<R>(
        _ sql: String, _ values: StatementValues, _ decode: (Row) throws -> R
    ) throws(KeyStoreError) -> [R] {
        // No text that is stored has what these cannot say.
        guard let arguments = values.arguments else { return [] }
        return try KeyStoreError.translating {
            let cursor = try Row.fetchCursor(
                database.cachedStatement(sql: sql), arguments: arguments)
            var result: [R] = []
            while let row = try cursor.next() { result.append(try decode(row)) }
            return result
        }
    }

    func execute(
        _ sql: String, _ values: StatementValues
    ) throws(KeyStoreError) {
        guard let arguments = values.arguments else { throw .textWithNUL }
        try KeyStoreError.translating {
            try database.cachedStatement(sql: sql).execute(arguments: arguments)
        }
    }
}
