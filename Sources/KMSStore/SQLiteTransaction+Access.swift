internal import Foundation
internal import GRDB
internal import KMSDomain

/// Key policies, tags, accounts, identities and access keys.
extension SQLiteTransaction {
    // MARK: Reading

    func keyPolicy(of key: KeyID) throws(KeyStoreError) -> String? {
        try rows("SELECT text FROM key_policies WHERE key_id = ?", [Data(key.bytes)]) { row in
            String(decoding: try row.value("text") as Data, as: UTF8.self)
        }.first
    }

    func tags(of key: KeyID) throws(KeyStoreError) -> [IdentityTag] {
        try rows(
            "SELECT key, value FROM key_tags WHERE key_id = ? ORDER BY key", [Data(key.bytes)]
        ) { row in
            IdentityTag(
                key: String(decoding: try row.value("key") as Data, as: UTF8.self),
                value: String(decoding: try row.value("value") as Data, as: UTF8.self))
        }
    }

    func account(_ id: String) throws(KeyStoreError) -> Account? {
        try rows("SELECT * FROM accounts WHERE id = ?", [id]) { try Account(row: $0) }.first
    }

    func accounts() throws(KeyStoreError) -> [Account] {
        try rows("SELECT * FROM accounts ORDER BY id", []) { try Account(row: $0) }
    }

    func identity(arn: String) throws(KeyStoreError) -> Identity? {
        guard
            let row = try rows("SELECT * FROM identities WHERE arn = ?", [arn], { $0.copy() }).first
        else { return nil }
        return try identity(of: row)
    }

    func identities(ofAccount accountID: String) throws(KeyStoreError) -> [Identity] {
        let found = try rows(
            "SELECT * FROM identities WHERE account_id = ? ORDER BY arn", [accountID]
        ) { $0.copy() }
        var identities: [Identity] = []
        for row in found { identities.append(try identity(of: row)) }
        return identities
    }

    private func identity(of row: Row) throws(KeyStoreError) -> Identity {
        let arn = try KeyStoreError.translating { try row.value("arn") as String }
        let tags = try rows(
            "SELECT key, value FROM identity_tags WHERE identity_arn = ? ORDER BY key", [arn]
        ) { row in
            IdentityTag(key: try row.value("key"), value: try row.value("value"))
        }
        return try KeyStoreError.translating { try Identity(row: row, tags: tags) }
    }

    func policies(ofIdentity arn: String) throws(KeyStoreError) -> [IdentityPolicy] {
        try rows(
            "SELECT * FROM identity_policies WHERE identity_arn = ? ORDER BY name", [arn]
        ) { try IdentityPolicy(row: $0) }
    }

    func accessKey(_ id: String) throws(KeyStoreError) -> AccessKey? {
        try rows("SELECT * FROM access_keys WHERE id = ?", [id]) { try AccessKey(row: $0) }.first
    }

    func accessKeys(of principalARN: String) throws(KeyStoreError) -> [AccessKey] {
        try rows(
            "SELECT * FROM access_keys WHERE principal_arn = ? ORDER BY id", [principalARN]
        ) { try AccessKey(row: $0) }
    }

    func accessKeys(after id: String?, limit: Int) throws(KeyStoreError) -> [AccessKey] {
        try rows("SELECT * FROM access_keys WHERE id > ? ORDER BY id LIMIT ?", [id ?? "", limit]) {
            try AccessKey(row: $0)
        }
    }

    // MARK: Writing

    func setKeyPolicy(_ text: String, of key: KeyID) throws(KeyStoreError) {
        try execute(
            "INSERT OR REPLACE INTO key_policies (key_id, text) VALUES (?, ?)",
            [Data(key.bytes), Data(text.utf8)])
    }

    func setTags(_ tags: [IdentityTag], of key: KeyID) throws(KeyStoreError) {
        try execute("DELETE FROM key_tags WHERE key_id = ?", [Data(key.bytes)])
        for tag in tags {
            try execute(
                "INSERT INTO key_tags (key_id, key, value) VALUES (?, ?, ?)",
                [Data(key.bytes), Data(tag.key.utf8), Data(tag.value.utf8)])
        }
    }

    func insert(_ account: Account) throws(KeyStoreError) {
        try execute(
            "INSERT INTO accounts (id, name, creation_date) VALUES (?, ?, ?)",
            [account.id, account.name, account.creationDate.millisecondsSince1970])
    }

    func insert(_ identity: Identity) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO identities (arn, unique_id, account_id, path, name, kind, trust_policy,
                maximum_session, creation_date)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, identity.columns)
        try insertTags(of: identity)
    }

    func update(_ identity: Identity) throws(KeyStoreError) {
        let (kind, trustPolicy, maximumSession) = identity.kindColumns
        try execute(
            """
            UPDATE identities SET kind = ?, trust_policy = ?, maximum_session = ? WHERE arn = ?
            """, [kind, trustPolicy, maximumSession, identity.arn])
        try execute("DELETE FROM identity_tags WHERE identity_arn = ?", [identity.arn])
        try insertTags(of: identity)
    }

    private func insertTags(of identity: Identity) throws(KeyStoreError) {
        for tag in identity.tags {
            try execute(
                "INSERT INTO identity_tags (identity_arn, key, value) VALUES (?, ?, ?)",
                [identity.arn, tag.key, tag.value])
        }
    }

    func deleteIdentity(arn: String) throws(KeyStoreError) {
        guard let identity = try identity(arn: arn) else { return }
        try endGrants(of: identity)
        // Policies and tags go by their foreign keys; an access key may also be a root's.
        try execute("DELETE FROM access_keys WHERE principal_arn = ?", [arn])
        try execute("DELETE FROM identities WHERE arn = ?", [arn])
    }

    func set(_ policy: IdentityPolicy) throws(KeyStoreError) {
        try execute(
            """
            INSERT OR REPLACE INTO identity_policies (identity_arn, name, text) VALUES (?, ?, ?)
            """, [policy.identityARN, policy.name, Data(policy.text.utf8)])
    }

    func deletePolicy(named name: String, ofIdentity arn: String) throws(KeyStoreError) {
        try execute(
            "DELETE FROM identity_policies WHERE identity_arn = ? AND name = ?", [arn, name])
    }

    func insert(_ accessKey: AccessKey) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO access_keys (principal_arn, is_active, creation_date, sealed_secret, id)
            VALUES (?, ?, ?, ?, ?)
            """, accessKey.columns)
    }

    func update(_ accessKey: AccessKey) throws(KeyStoreError) {
        try execute(
            """
            UPDATE access_keys SET principal_arn = ?, is_active = ?, creation_date = ?,
                sealed_secret = ?
            WHERE id = ?
            """, accessKey.columns)
    }

    func deleteAccessKey(_ id: String) throws(KeyStoreError) {
        try execute("DELETE FROM access_keys WHERE id = ?", [id])
    }
}
