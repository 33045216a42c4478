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

    /// - Throws: ``KeyBackendError/keyStoreUnavailable(_:)``, ``KMSServiceError/hasToWait(store:)``
    func backend(of found: CustomKeyStore) throws -> any CustomKeyBackend {
        let connections = try self.connections()
        try Waiting.require(for: found.id)
        do throws(ConnectionFailure) { return try connections.backend(of: found) } catch {
            throw KeyBackendError.keyStoreUnavailable(error.rawValue)
        }
    }

    /// CreateKey of one that lives in a custom key store: it is made there first, and gone from there
    /// again if it cannot be kept here.
    func createKeyElsewhere(
        _ request: CreateKeyRequest, _ event: AuditEvent
    ) throws(KMSServiceError) -> CreateKeyResponse {
        var made: (version: KeyVersion, store: CustomKeyStore)?
        do throws(KMSServiceError) {
            return try change(event) { event in
                let (key, found) = try store.read { store in
                    let kind = try admit(request, in: store, event: event)
                    let found = try storeForKey(request, of: event.caller.realm, in: store)
                    return (
                        newKey(request, kind, from: .customKeyStore(id: found.id), event: event),
                        found
                    )
                }
                let version = KeyVersion(
                    id: key.currentVersion, keyID: key.name.id, creationDate: key.creationDate,
                    cause: .creation,
                    sealedMaterial: try generateMaterial(of: key, by: backend(of: found)))
                made = (version, found)
                return (key, version)
            } _: { prepared, store, event in
                let (key, version) = prepared
                _ = try admit(request, in: store, event: event)
                _ = try storeForKey(request, of: event.caller.realm, in: store)
                try store.insert(key)
                try store.insert(version)
                return CreateKeyResponse(
                    keyMetadata: try finish(key, as: request, in: store, event: &event))
            }
        } catch {
            // After a failure of the store itself nobody knows whether the key is kept.
            if case .refused = error, let made { _ = destroy([made.version], in: made.store) }
            throw error
        }
    }

    /// The store that CreateKey names, connected.
    func storeForKey(
        _ request: CreateKeyRequest, of home: Realm, in store: any KeyStoreReader
    ) throws -> CustomKeyStore {
        _ = try connections()
        guard let id = request.customKeyStoreID else {
            throw KMSError.validation(
                "CustomKeyStoreId is required if the Origin is \(request.origin.rawValue).")
        }
        guard request.keySpec == .symmetricDefault, !request.multiRegion else {
            throw KMSError.unsupportedOperation(
                "Keys of a custom key store are symmetric encryption keys of a single Region.")
        }
        let found = try customKeyStore(id, of: home, in: store)
        try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        return found
    }

    /// Adds to what DescribeKey tells which store the key lives in, and whether that is connected.
    func addCustomKeyStore(
        of key: Key, to metadata: inout KeyMetadata, in store: any KeyStoreReader
    ) throws(KeyStoreError) {
        guard let id = key.customKeyStoreID else { return }
        metadata.customKeyStoreID = id
        metadata.currentKeyMaterialID = nil
        let found = try store.customKeyStore(id)
        if case .cluster(let cluster, _)? = found?.place { metadata.cloudHSMClusterID = cluster }
        if found?.connection != .connected, !key.status.isWaitingForDeletion {
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
        return destroy(try store.versions(of: key.id), in: found)
    }

    func destroy(_ versions: [KeyVersion], in found: CustomKeyStore) -> Bool {
        do {
            let backend = try self.backend(of: found)
            for version in versions {
                try backend.destroyMaterial(
                    version.sealedMaterial, of: version.keyID, version: version.id)
            }
            return true
        } catch is KeyBackendError { return false } catch is KMSError { return false } catch {
            preconditionFailure("key service: unforeseen error \(type(of: error))")
        }
    }

    /// GenerateRandom's part for a generator in a custom key store.
    func random(byteCount: Int, from id: String?, in home: Realm) throws -> SecretBytes {
        guard let id else { return SecretBytes(randomByteCount: byteCount) }
        _ = try connections()
        let found = try store.read { store in try customKeyStore(id, of: home, in: store) }
        try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        return try backend(of: found).random(byteCount: byteCount)
    }
}
