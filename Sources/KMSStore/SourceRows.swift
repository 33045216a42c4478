internal import Foundation
internal import GRDB
internal import KMSDomain

extension MaterialSource {
    init(row: Row) throws {
        switch try KeyOrigin(column: row.value("origin")) {
        case .service: self = .service
        case .external:
            self = .importation(
                ImportStatus(
                    isMissing: try row.value("is_material_missing"),
                    nextExpiry: (try row.value("material_expiry") as Int64?).map {
                        Timestamp(column: $0)
                    }))
        case .cloudHSM:
            guard let id = try row.value("custom_key_store_id") as String? else {
                throw KeyStoreError.damaged(detail: "key of no store")
            }
            self = .customKeyStore(id: id)
        case .externalKeyStore:
            guard let storeID = try row.value("custom_key_store_id") as String?,
                let id = try row.value("external_key_id") as String?
            else { throw KeyStoreError.damaged(detail: "key of no store") }
            self = .externalKey(id: id, storeID: storeID)
        }
    }
}

extension KeyVersion.Importation {
    /// Nothing of a version whose material the service made; of one that this key has none of yet there is
    /// nothing to say.
    init?(row: Row) throws {
        guard try row.value("is_imported") as Bool else { return nil }
        let description: Data? = try row.value("description")
        let validTo: Int64? = try row.value("valid_to")
        self.init(
            description: description.map { String(decoding: $0, as: UTF8.self) },
            validTo: validTo.map { Timestamp(column: $0) })
    }
}
