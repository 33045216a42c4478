internal import Foundation
internal import GRDB
internal import KMSDomain

/// Grants.
extension SQLiteTransaction {
    // MARK: Reading

    func grant(_ id: GrantID) throws(KeyStoreError) -> Grant? {
        try rows("SELECT * FROM grants WHERE id = ?", [Data(id.bytes)]) { try Grant(row: $0) }
            .first
    }

    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], limit: Int
    ) throws(KeyStoreError) -> [Grant] {
        var grants: [Grant] = []
        for grantee in grantees {
            grants += try rows(
                "SELECT * FROM grants WHERE key_id = ? AND grantee = ? ORDER BY id LIMIT ?",
                [Data(key.bytes), grantee.text, limit]
            ) { try Grant(row: $0) }
        }
        return grants
    }

    func grants(
        of key: KeyID, for grantees: [PrincipalPattern], concerning use: GrantUse
    ) throws(KeyStoreError) -> [Grant] {
        var grants: [Grant] = []
        for grantee in grantees {
            for operations in try operationSets(of: key, for: grantee)
            where operations.split(separator: " ").contains(Substring(use.operation.rawValue)) {
                let arguments: StatementValues = [Data(key.bytes), grantee.text, operations]
                guard let anchors = use.anchors else {
                    grants += try rows(Self.byUse + "LIMIT 1", arguments) { try Grant(row: $0) }
                    continue
                }
                // Of those without a constraint each says the same.
                grants += try rows(Self.byUse + "AND anchor IS NULL LIMIT 1", arguments) {
                    try Grant(row: $0)
                }
                for anchor in anchors {
                    grants += try rows(
                        Self.byUse + "AND anchor = ?", arguments + [Data(anchor)]
                    ) { try Grant(row: $0) }
                }
            }
        }
        return grants
    }

    private static let byUse =
        "SELECT * FROM grants WHERE key_id = ? AND grantee = ? AND operations = ? "

    /// Each set that one of the grantee's grants has, once: one step in the index from one to the next.
    private func operationSets(
        of key: KeyID, for grantee: PrincipalPattern
    ) throws(KeyStoreError) -> [String] {
        var sets: [String] = []
        while let next = try rows(
            """
            SELECT operations FROM grants WHERE key_id = ? AND grantee = ? AND operations > ?
            ORDER BY operations LIMIT 1
            """, [Data(key.bytes), grantee.text, sets.last ?? ""],
            { row -> String in try row.value("operations") }
        ).first { sets.append(next) }
        return sets
    }

    func grants(of key: KeyID, named name: String) throws(KeyStoreError) -> [Grant] {
        try rows(
            "SELECT * FROM grants WHERE key_id = ? AND name = ? ORDER BY id",
            [Data(key.bytes), name]
        ) { try Grant(row: $0) }
    }

    func grants(
        of key: KeyID, for grantee: PrincipalPattern?, after id: GrantID?, limit: Int
    ) throws(KeyStoreError) -> [Grant] {
        if let grantee {
            return try rows(
                """
                SELECT * FROM grants WHERE key_id = ? AND grantee = ? AND id > ?
                ORDER BY id LIMIT ?
                """, [Data(key.bytes), grantee.text, Data(id?.bytes ?? []), limit]
            ) { try Grant(row: $0) }
        }
        return try rows(
            "SELECT * FROM grants WHERE key_id = ? AND id > ? ORDER BY id LIMIT ?",
            [Data(key.bytes), Data(id?.bytes ?? []), limit]
        ) { try Grant(row: $0) }
    }

    func grants(
        retiredBy principal: PrincipalPattern, after id: GrantID?, limit: Int
    ) throws(KeyStoreError) -> [Grant] {
        try rows(
            "SELECT * FROM grants WHERE retiring_principal = ? AND id > ? ORDER BY id LIMIT ?",
            [principal.text, Data(id?.bytes ?? []), limit]
        ) { try Grant(row: $0) }
    }

    func grantCount(of key: KeyID) throws(KeyStoreError) -> Int {
        try rows(
            "SELECT count(*) AS count FROM grants WHERE key_id = ?", [Data(key.bytes)]
        ) { row -> Int in try row.value("count") }.first ?? 0
    }

    // MARK: Writing

    func insert(_ grant: Grant) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO grants (id, key_id, name, creation_date, grantee, retiring_principal,
                issuing_principal, operations, context_equals, context_subset, anchor)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, grant.columns)
    }

    func delete(_ grant: GrantID) throws(KeyStoreError) {
        try execute("DELETE FROM grants WHERE id = ?", [Data(grant.bytes)])
    }

    /// Looks at all grants of all keys: identities go seldom.
    func endGrants(of identity: Identity) throws(KeyStoreError) {
        // NULL of a user, with which nothing begins.
        let sessions = identity.sessionARNPrefix
        let arguments: StatementValues = [identity.arn, sessions, sessions]
        try execute(
            "DELETE FROM grants WHERE grantee = ? OR substr(grantee, 1, length(?)) = ?", arguments)
        try execute(
            """
            UPDATE grants SET retiring_principal = NULL
            WHERE retiring_principal = ? OR substr(retiring_principal, 1, length(?)) = ?
            """, arguments)
    }
}
