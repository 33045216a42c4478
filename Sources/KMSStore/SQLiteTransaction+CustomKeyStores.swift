internal import Foundation
internal import GRDB
internal import KMSDomain

extension SQLiteTransaction {
    func customKeyStore(_ id: String) throws(KeyStoreError) -> CustomKeyStore? {
        try rows("SELECT * FROM custom_key_stores WHERE id = ?", [id]) {
            try CustomKeyStore(row: $0)
        }.first
    }

    func customKeyStores(in home: Realm) throws(KeyStoreError) -> [CustomKeyStore] {
        try rows(
            "SELECT * FROM custom_key_stores WHERE account_id = ? AND region = ? ORDER BY id",
            [home.accountID, home.region]
        ) { try CustomKeyStore(row: $0) }
    }

    func customKeyStores() throws(KeyStoreError) -> [CustomKeyStore] {
        try rows("SELECT * FROM custom_key_stores ORDER BY id", []) { try CustomKeyStore(row: $0) }
    }

    func hasKey(
        ofExternalKey externalID: String, inCustomKeyStore id: String
    ) throws(KeyStoreError) -> Bool {
        try !rows(
            """
            SELECT 1 AS one FROM keys WHERE custom_key_store_id = ? AND external_key_id = ?
            """, [id, externalID]
        ) { _ in true }.isEmpty
    }

    func hasKeys(inCustomKeyStore id: String) throws(KeyStoreError) -> Bool {
        try !rows("SELECT 1 AS one FROM keys WHERE custom_key_store_id = ? LIMIT 1", [id]) { _ in
            true
        }.isEmpty
    }

    func insert(_ store: CustomKeyStore) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO custom_key_stores (account_id, region, creation_date, name, cluster_id,
                trust_anchor, proxy_endpoint, proxy_path, proxy_access_key_id, sealed_secret,
                connection_state, connection_error, id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [store.home.accountID, store.home.region, store.creationDate.millisecondsSince1970]
                + store.changingColumns)
    }

    func update(_ store: CustomKeyStore) throws(KeyStoreError) {
        try execute(
            """
            UPDATE custom_key_stores SET name = ?, cluster_id = ?, trust_anchor = ?,
                proxy_endpoint = ?, proxy_path = ?, proxy_access_key_id = ?, sealed_secret = ?,
                connection_state = ?, connection_error = ?
            WHERE id = ?
            """, store.changingColumns)
    }

    func deleteCustomKeyStore(_ id: String) throws(KeyStoreError) {
        try execute("DELETE FROM custom_key_stores WHERE id = ?", [id])
    }
}

extension CustomKeyStore {
    fileprivate init(row: Row) throws {
        let connection: Connection
        switch try row.value("connection_state") as String {
        case "DISCONNECTED": connection = .disconnected
        case "CONNECTING": connection = .connecting
        case "CONNECTED": connection = .connected
        case "FAILED":
            connection = .failed(try ConnectionFailure(column: row.value("connection_error")))
        default: throw KeyStoreError.damaged(detail: "unknown connection state")
        }
        let sealed: Data = try row.value("sealed_secret")
        self.init(
            id: try row.value("id"),
            home: Realm(
                accountID: try row.value("account_id"), region: try row.value("region")),
            name: try row.value("name"), place: try Place(row: row),
            sealedSecret: Array(sealed), connection: connection,
            creationDate: Timestamp(column: try row.value("creation_date")))
    }

    /// In the order of the statements, the id last.
    fileprivate var changingColumns: StatementValues {
        let (state, failure): (String, String?) =
            switch connection {
            case .disconnected: ("DISCONNECTED", nil)
            case .connecting: ("CONNECTING", nil)
            case .connected: ("CONNECTED", nil)
            case .failed(let failure): ("FAILED", failure.rawValue)
            }
        let columns: StatementValues =
            switch place {
            case .cluster(let id, let trustAnchor): [id, trustAnchor, nil, nil, nil]
            case .proxy(let proxy): [nil, nil, proxy.endpoint, proxy.path, proxy.accessKeyID]
            }
        return [name] + columns + [Data(sealedSecret), state, failure, id]
    }
}

extension CustomKeyStore.Place {
    fileprivate init(row: Row) throws {
        if let id = try row.value("cluster_id") as String? {
            self = .cluster(id: id, trustAnchor: try row.value("trust_anchor"))
        } else {
            self = .proxy(
                KeyStoreProxy(
                    endpoint: try row.value("proxy_endpoint"), path: try row.value("proxy_path"),
                    accessKeyID: try row.value("proxy_access_key_id")))
        }
    }
}
