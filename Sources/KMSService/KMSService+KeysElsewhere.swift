internal import KMSDomain
internal import KMSModel
internal import SecretMemory

/// Keys that live in custom key stores.
extension KMSService {
    /// What uses the key: this service, or the store that the key lives in, if that is connected.
    func backend(of cached: CachedKey) throws -> any KeyBackend {
        guard let id = cached.key.customKeyStoreID else { return backend }
        let found = try cached.customKeyStore { try store.read { try $0.customKeyStore(id) } }
        guard let found, found.connection == .connected else {
            throw KMSError.kmsInvalidState("\(cached.arn) is unavailable.")
        }
        return try self.backend(of: found)
    }

    /// - Throws: ``KeyBackendError/keyStoreUnavailable(_:)``
    func backend(of found: CustomKeyStore) throws -> any CustomKeyBackend {
        let connections = try self.connections()
        do throws(ConnectionFailure) { return try connections.backend(of: found) } catch {
            throw KeyBackendError.keyStoreUnavailable(error.rawValue)
        }
    }

    /// The store that CreateKey names, connected.
    func storeForKey(
        _ request: CreateKeyRequest, in store: any KeyStoreReader
    ) throws -> CustomKeyStore {
        guard let id = request.customKeyStoreID else {
            throw KMSError.validation(
                "CustomKeyStoreId is required if the Origin is \(request.origin.rawValue).")
        }
        guard request.keySpec == .symmetricDefault, !request.multiRegion else {
            throw KMSError.unsupportedOperation(
                "Keys of a custom key store are symmetric encryption keys of a single Region.")
        }
        _ = try connections()
        let found = try customKeyStore(id, in: store)
        try Self.refusing(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        return found
    }

    /// Adds to what DescribeKey tells which store the key lives in, and whether that is connected.
    func addCustomKeyStore(
        of key: Key, to metadata: inout KeyMetadata, in store: any KeyStoreReader
    ) throws {
        guard let id = key.customKeyStoreID else { return }
        metadata.customKeyStoreID = id
        metadata.currentKeyMaterialID = nil
        let found = try store.customKeyStore(id)
        if case .cluster(let cluster, _)? = found?.place { metadata.cloudHSMClusterID = cluster }
        if found?.connection != .connected, metadata.keyState == .enabled {
            metadata.keyState = .unavailable
            metadata.enabled = false
        }
    }

    /// Ends a key where it lives. If its store cannot be reached it is left there, as at AWS.
    ///
    /// Whether nothing is left.
    func destroyElsewhere(_ key: Key, in store: any KeyStoreReader) throws -> Bool {
        guard let id = key.customKeyStoreID else { return true }
        guard let found = try store.customKeyStore(id), found.connection == .connected else {
            return false
        }
        do {
            let backend = try self.backend(of: found)
            for version in try store.versions(of: key.id) {
                try backend.destroyMaterial(
                    version.sealedMaterial, of: key.id, version: version.id)
            }
            return true
        } catch is KeyBackendError { return false } catch is KMSError { return false }
    }

    /// GenerateRandom's part for a generator in a custom key store.
    func random(byteCount: Int, from id: String?) throws -> SecretBytes {
        guard let id else { return SecretBytes(randomByteCount: byteCount) }
        _ = try connections()
        let found = try store.read { store in try customKeyStore(id, in: store) }
        try Self.refusing(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        return try backend(of: found).random(byteCount: byteCount)
    }
}
