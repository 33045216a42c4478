internal import KMSDomain
internal import KMSModel

/// What imported material does to a key and its versions.
extension KMSService {
    /// Stores imported material: the first of a key, one that was there before, or one to rotate to.
    func take(
        _ imported: KeyVersion, as request: ImportKeyMaterialRequest, for key: Key, arn: String,
        in store: any KeyStoreWriter
    ) throws {
        var key = key
        let versions = try store.versions(of: key.id)
        let known = versions.first { $0.id == imported.id }
        if let wanted = request.keyMaterialID, wanted != key.materialID(of: imported.id) {
            throw Self.incorrect("The key material in the request is not \(wanted).")
        }
        switch request.importType ?? (versions.isEmpty ? .newKeyMaterial : .existingKeyMaterial) {
        case .existingKeyMaterial:
            guard var known else {
                throw Self.incorrect(
                    "The key material in the request is not associated with \(arn).")
            }
            known.sealedMaterial = imported.sealedMaterial
            known.importation = KeyVersion.Importation(
                description: imported.importation?.description ?? known.importation?.description,
                validTo: imported.importation?.validTo)
            try store.update(known, of: key.id)
        case .newKeyMaterial:
            try refusing(arn) { () throws(KeyRefusal) in try key.requireNoReplica() }
            guard known == nil else {
                throw Self.incorrect(
                    "The key material in the request is already associated with \(arn).")
            }
            if versions.isEmpty {
                key.takeFirstImport(imported.id)
                try store.insert(imported, importedInto: key.id)
            } else {
                try requireRoomForImport(beside: versions, of: key, arn: arn)
                var pending = imported
                pending.cause = .pendingRotation
                try store.insert(pending, importedInto: key.id)
            }
        }
        key.followImports(of: try store.versions(of: key.id))
        try store.update(key)
    }

    private func requireRoomForImport(
        beside versions: [KeyVersion], of key: Key, arn: String
    ) throws(KMSError) {
        guard key.spec == .symmetricDefault else {
            throw Self.incorrect(
                "The key material in the request is not the key material that was previously "
                    + "imported into \(arn).")
        }
        guard !versions.contains(where: { $0.cause == .pendingRotation }) else {
            throw .kmsInvalidState("\(arn) has key material that is pending rotation.")
        }
    }

    /// Destroys material of one key. Of what sealed something the version stays, and waits for it; what
    /// waited for a rotation goes with its version, from a primary's replicas too.
    func removeMaterial(
        of versions: [KeyVersion], of key: Key, in store: any KeyStoreWriter
    ) throws {
        for var version in versions {
            if version.cause == .pendingRotation, key.multiRegionType != .replica {
                try store.delete(version.id)
            } else {
                version.sealedMaterial = []
                version.importation?.validTo = nil
                try store.update(version, of: key.id)
            }
        }
        for var related in try store.keys(named: key.name) {
            related.followImports(of: try store.versions(of: related.id))
            try store.update(related)
        }
    }

    /// Destroys what has expired, with a record of each.
    func expireMaterial(of key: Key, now: Timestamp, in store: any KeyStoreWriter) throws {
        let expired = try store.versions(of: key.id).filter { version in
            version.hasMaterial && version.importation?.validTo.map { $0 <= now } ?? false
        }
        for version in expired {
            var event = serviceEvent("DeleteExpiredKeyMaterial", about: key, now: now)
            event.additional = [
                AuditField("keyMaterialId", .text(key.materialID(of: version.id)))
            ]
            try audit.append(event, durably: true)
        }
        try removeMaterial(of: expired, of: key, in: store)
    }

    /// The version that RotateKeyOnDemand goes over to, stored: made now, or imported before.
    func versionToRotateTo(
        of key: Key, arn: String, now: Timestamp, in store: any KeyStoreWriter
    ) throws -> VersionID {
        guard key.importStatus != nil else {
            let version = try newVersion(of: key, cause: .onDemandRotation, now: now)
            try store.insert(version)
            return version.id
        }
        let pending = try store.versions(of: key.id).first { $0.cause == .pendingRotation }
        guard var pending else {
            throw KMSError.kmsInvalidState("\(arn) has no key material that is pending rotation.")
        }
        guard try isImportedEverywhere(pending, of: key, in: store) else {
            throw KMSError.kmsInvalidState(
                "\(arn) has key material that is pending multi-Region import and rotation.")
        }
        pending.cause = .onDemandRotation
        pending.creationDate = now
        try store.update(pending, of: key.id)
        return pending.id
    }

    /// Whether the primary and all replicas have this material.
    func isImportedEverywhere(
        _ version: KeyVersion, of key: Key, in store: any KeyStoreReader
    ) throws -> Bool {
        try store.keys(named: key.name).allSatisfy { related in
            try store.versions(of: related.id).contains { $0.id == version.id && $0.hasMaterial }
        }
    }

    private static func incorrect(_ message: String) -> KMSError { .incorrectKeyMaterial(message) }
}

extension Key {
    /// Adds to what DescribeKey tells where the material comes from and whether it is there.
    func addSource(to metadata: inout KeyMetadata) {
        metadata.origin = Origin(source.origin)
        guard let imports = importStatus else { return }
        if currentVersion == Self.noVersion { metadata.currentKeyMaterialID = nil }
        if imports.isMissing {
            switch status {
            case .enabled, .disabled: metadata.keyState = .pendingImport
            case .pendingDeletion, .pendingReplicaDeletion, .creating, .updating: break
            }
            metadata.enabled = false
        } else {
            metadata.validTo = imports.nextExpiry?.secondsSince1970
            metadata.expirationModel =
                imports.nextExpiry == nil ? .keyMaterialDoesNotExpire : .keyMaterialExpires
        }
    }
}

extension KeyVersion {
    /// Adds to what ListKeyRotations tells what was said at the import.
    func addImport(to entry: inout RotationsListEntry) {
        guard let importation else { return }
        entry.importState = hasMaterial ? .imported : .pendingImport
        entry.keyMaterialDescription = importation.description
        guard hasMaterial else { return }
        entry.validTo = importation.validTo?.secondsSince1970
        entry.expirationModel =
            importation.validTo == nil ? .keyMaterialDoesNotExpire : .keyMaterialExpires
    }
}

extension Origin {
    init(_ origin: KeyOrigin) {
        switch origin {
        case .service: self = .awsKMS
        case .external: self = .external
        case .cloudHSM: self = .awsCloudHSM
        case .externalKeyStore: self = .externalKeyStore
        }
    }
}
