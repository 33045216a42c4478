internal import KMSDomain
internal import Synchronization

/// A key as it was in the store, with the handles of those of its versions that have been used.
///
/// The material behind the handles is in locked memory or a token. It is forgotten with this
/// object: when the store changes, and when the service goes.
final class CachedKey: Sendable {
    let key: Key
    let arn: String
    /// Of a symmetric key, which may have several.
    let currentMaterialID: String?
    private let versions: [VersionID: KeyVersion]
    private let handles: Mutex<[VersionID: any KeyHandle]> = Mutex([:])
    private let home: Mutex<CustomKeyStore?> = Mutex(nil)

    init(key: Key, versions: [KeyVersion]) {
        self.key = key
        arn = key.arn
        currentMaterialID = key.currentMaterialID
        self.versions = Dictionary(uniqueKeysWithValues: versions.map { ($0.id, $0) })
    }

    func materialID(of version: VersionID) -> String {
        if version == key.currentVersion, let currentMaterialID { return currentMaterialID }
        return key.materialID(of: version)
    }

    /// The store that the key lives in, read once: the cache goes with any change of it.
    func customKeyStore(_ read: () throws -> CustomKeyStore?) throws -> CustomKeyStore? {
        if let known = home.withLock({ $0 }) { return known }
        let found = try read()
        home.withLock { $0 = found }
        return found
    }

    /// Nothing if the key has no such version.
    func handle(
        of version: VersionID, by backend: any KeyBackend
    ) throws(KeyBackendError) -> (any KeyHandle)? {
        if let handle = handles.withLock({ $0[version] }) { return handle }
        guard let row = versions[version] else { return nil }
        let handle = try backend.openMaterial(
            row.sealedMaterial, of: key.name.id, version: version, purpose: key.purpose)
        handles.withLock { $0[version] = handle }
        return handle
    }
}
