internal import AuditLog
internal import KMSDomain
internal import KMSService
internal import KMSStore
internal import OpenSSLCrypto
internal import SecretMemory

/// Moves a keystore to another root so that it opens with the old one or the new one, whenever the
/// machine or the process stops.
///
/// The new root's file is made as `root.key.moving`. Then one transaction seals anew all material and
/// the secrets of access keys and custom key stores, and stores the new root check and, as
/// `root-file`, the digest of that file: from its commit on the keystore is the new root's. The file
/// is renamed to `root.key` by this process or by the next that comes, which tells by the digest; a
/// file that no transaction names is worth nothing. All under a lock on the directory.
enum RootMove {
    static let unfinished = RootKeyFile.name + ".moving"
    private static let fileSetting = "root-file"

    /// The file that has the root of `store`: `root.key`, after finishing or clearing away what a
    /// stopped process left. Where nothing can be written the file that counts is read as it lies.
    static func settle(
        _ place: borrowing KeystoreDirectory, _ store: SQLiteKeyStore
    ) throws -> String {
        guard try place.contains(unfinished) else { return RootKeyFile.name }
        try place.lock()
        defer { place.unlock() }
        return try settleLocked(place, store)
    }

    static func settleLocked(
        _ place: borrowing KeystoreDirectory, _ store: SQLiteKeyStore
    ) throws -> String {
        guard try place.contains(unfinished) else { return RootKeyFile.name }
        let isCurrent = try isCurrent(place, store)
        do throws(EmbeddedKeyServiceError) {
            if isCurrent {
                try place.rename(unfinished, to: RootKeyFile.name)
            } else {
                try place.remove(unfinished)
            }
            try place.synchronize()
        } catch {
            guard case .cannotAccess = error else { throw error }
            return isCurrent ? unfinished : RootKeyFile.name
        }
        return RootKeyFile.name
    }

    private static func isCurrent(
        _ place: borrowing KeystoreDirectory, _ store: SQLiteKeyStore
    ) throws -> Bool {
        let named = try store.read { store in try store.setting(fileSetting) }
        do throws(EmbeddedKeyServiceError) {
            return try RootKeyFile.digest(of: unfinished, in: place) == named
        } catch {
            // Cut short as its process was stopped.
            guard error == .rootKeyDamaged else { throw error }
            return false
        }
    }

    /// Seals everything anew under `new`, whose file lies as `unfinished`, in a transaction on a store
    /// that is still the old root's.
    static func reseal(
        _ store: any KeyStoreWriter, from old: KeystoreRoot, to new: KeystoreRoot,
        settings: Settings
    ) throws {
        let (source, target) = (old.backend, new.backend)
        var last: KeyID?
        // Replicas have their versions in common, but for imported material.
        var names: Set<KeyName> = []
        while true {
            let keys = try store.keys(after: last, limit: 1000)
            guard let end = keys.last else { break }
            for key in keys where key.hasMaterialHere {
                guard names.insert(key.name).inserted || key.importStatus != nil else { continue }
                for version in try store.versions(of: key.id) where version.hasMaterial {
                    try store.update(
                        moved(version, key.purpose, from: source, to: target), of: key.id)
                }
            }
            last = end.id
        }
        try resealAccessKeys(store, from: old, to: new)
        for keyStore in try store.customKeyStores() {
            try store.update(
                CustomKeyStoreConnections.moved(keyStore, from: old.trust, to: new.trust))
        }
        try store.set(settings.check, forSetting: KeystoreIdentity.checkSetting)
        try store.set(settings.auditKey, forSetting: KeystoreAuditKey.setting)
        try store.set(settings.fileDigest, forSetting: fileSetting)
    }

    private static func resealAccessKeys(
        _ store: any KeyStoreWriter, from old: KeystoreRoot, to new: KeystoreRoot
    ) throws {
        let source = AccessKeySecrets(root: old.trust)
        let target = AccessKeySecrets(root: new.trust)
        var last: String?
        while true {
            let keys = try store.accessKeys(after: last, limit: 1000)
            guard let end = keys.last else { return }
            for key in keys { try store.update(source.moved(key, to: target)) }
            last = end.id
        }
    }

    /// What else the transaction stores; made before it, as it takes the token.
    struct Settings {
        let check: [UInt8]
        let auditKey: [UInt8]
        let fileDigest: [UInt8]
    }

    /// The old row is given up only for one that was opened and is the same.
    private static func moved(
        _ version: KeyVersion, _ purpose: MaterialPurpose, from source: any MovableKeyBackend,
        to target: any MovableKeyBackend
    ) throws -> KeyVersion {
        let material = try source.exportMaterial(
            version.sealedMaterial, of: version.keyID, version: version.id, purpose: purpose)
        let sealed = try target.importMaterial(
            material, for: version.keyID, version: version.id, purpose: purpose)
        let again = try target.exportMaterial(
            sealed, of: version.keyID, version: version.id, purpose: purpose)
        let isSame = material.withBytes { material in
            again.withBytes { ConstantTime.equal(material, $0) }
        }
        guard isSame else { throw KeyBackendError.materialNotAuthentic }
        var moved = version
        moved.sealedMaterial = sealed
        return moved
    }
}
