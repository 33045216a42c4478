internal import Foundation
internal import GRDB
internal import KMSDomain

/// Where material comes from, and imported material.
extension SQLiteTransaction {
    func updateSource(of key: Key) throws(KeyStoreError) {
        let status = key.importStatus
        try execute(
            """
            UPDATE keys SET origin = ?, is_material_missing = ?, material_expiry = ?,
                custom_key_store_id = ?, external_key_id = ?
            WHERE id = ?
            """,
            [
                key.source.origin.rawValue, status?.isMissing ?? false,
                status?.nextExpiry?.millisecondsSince1970, key.customKeyStoreID,
                key.externalKeyID,
                Data(key.id.bytes),
            ])
    }

    func updateImportation(of version: KeyVersion) throws(KeyStoreError) {
        guard let importation = version.importation else { return }
        try execute(
            """
            UPDATE versions SET is_imported = 1, material_description = ?, valid_to = ? WHERE id = ?
            """,
            [
                importation.description.map { Data($0.utf8) },
                importation.validTo?.millisecondsSince1970, Data(version.id.bytes),
            ])
    }

    func update(_ version: KeyVersion) throws(KeyStoreError) {
        hasDestroyedMaterial = true
        try execute(
            "UPDATE versions SET creation_date = ?, cause = ?, sealed_material = ? WHERE id = ?",
            [
                version.creationDate.millisecondsSince1970, version.cause.rawValue,
                Data(version.sealedMaterial), Data(version.id.bytes),
            ])
        try updateImportation(of: version)
    }

    func delete(_ version: VersionID) throws(KeyStoreError) {
        hasDestroyedMaterial = true
        try execute("DELETE FROM versions WHERE id = ?", [Data(version.bytes)])
    }
}
