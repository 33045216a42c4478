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

    func insert(_ version: KeyVersion, importedInto key: KeyID) throws(KeyStoreError) {
        try insert(version, sealedMaterial: [], isImported: true)
        try keepImport(of: version, in: key)
    }

    func update(_ version: KeyVersion, of key: KeyID) throws(KeyStoreError) {
        hasDestroyedMaterial = true
        let isImported = version.importation != nil
        try execute(
            "UPDATE versions SET creation_date = ?, cause = ?, sealed_material = ? WHERE id = ?",
            [
                version.creationDate.millisecondsSince1970, version.cause.rawValue,
                Data(isImported ? [] : version.sealedMaterial), Data(version.id.bytes),
            ])
        if isImported { try keepImport(of: version, in: key) }
    }

    private func keepImport(of version: KeyVersion, in key: KeyID) throws(KeyStoreError) {
        try execute(
            """
            INSERT INTO imported_materials
                (key_id, version_id, sealed_material, description, valid_to)
            VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (key_id, version_id) DO UPDATE
                SET sealed_material = ?3, description = ?4, valid_to = ?5
            """,
            [
                Data(key.bytes), Data(version.id.bytes), Data(version.sealedMaterial),
                version.importation?.description.map { Data($0.utf8) },
                version.importation?.validTo?.millisecondsSince1970,
            ])
    }

    func delete(_ version: VersionID) throws(KeyStoreError) {
        hasDestroyedMaterial = true
        try execute("DELETE FROM versions WHERE id = ?", [Data(version.bytes)])
    }
}
