internal import KMSDomain
internal import KMSModel
internal import SecretMemory

/// Keys that live in custom key stores.
extension KMSService {
    /// What uses the key, or the part of it that is here, once its store is known to be connected.
    func backend(of cached: CachedKey) throws -> any KeyBackend {
        switch cached.key.source {
        case .service, .importation: return backend
        case .customKeyStore: return try backend(of: connectedStore(of: cached))
        case .externalKey:
            _ = try connectedStore(of: cached)
            return backend
        }
    }

    private func connectedStore(of cached: CachedKey) throws -> CustomKeyStore {
        guard let id = cached.key.customKeyStoreID else {
            preconditionFailure("key service: a key without a store")
        }
        let found = try cached.customKeyStore { try store.read { try $0.customKeyStore(id) } }
        guard let found, found.connection == .connected else {
            throw KMSError.kmsInvalidState("\(cached.arn) is unavailable.")
        }
        return found
    }

    /// What asks for the other part of a key in an external key store; nothing of other keys.
    func externalKeyUse(of cached: CachedKey, _ event: AuditEvent) throws -> ExternalKeyUse? {
        guard let id = cached.key.externalKeyID else { return nil }
        return ExternalKeyUse(
            manager: try manager(of: connectedStore(of: cached)), keyID: id,
            call: ExternalKeyCall(event, keyARN: cached.arn))
    }

    func manager(of found: CustomKeyStore) throws -> any ExternalKeyManager {
        let connections = try self.connections()
        try Waiting.require(for: found.id)
        do throws(ConnectionFailure) { return try connections.manager(of: found) } catch {
            throw KeyBackendError.keyStoreUnavailable(error.rawValue)
        }
    }

    /// - Throws: ``KeyBackendError/keyStoreUnavailable(_:)``, ``KMSServiceError/hasToWait(store:)``
    func backend(of found: CustomKeyStore) throws -> any CustomKeyBackend {
        let connections = try self.connections()
        try Waiting.require(for: found.id)
        do throws(ConnectionFailure) { return try connections.backend(of: found) } catch {
            throw KeyBackendError.keyStoreUnavailable(error.rawValue)
        }
    }

    /// Adds to what DescribeKey tells which store the key lives in, and whether that is connected.
    func addCustomKeyStore(
        of key: Key, to metadata: inout KeyMetadata, in store: any KeyStoreReader
    ) throws(KeyStoreError) {
        guard let id = key.customKeyStoreID else { return }
        metadata.customKeyStoreID = id
        metadata.currentKeyMaterialID = nil
        let found = try store.customKeyStore(id)
        metadata.cloudHSMClusterID = found?.place.clusterID
        metadata.xksKeyConfiguration = key.externalKeyID.map { XksKeyConfiguration(id: $0) }
        if found?.connection != .connected, !key.status.isWaitingForDeletion {
            metadata.keyState = .unavailable
            metadata.enabled = false
        }
    }

    /// Ends a key in its cluster. If that cannot be reached it is left there, as at AWS.
    ///
    /// Whether nothing is left.
    func destroyElsewhere(_ key: Key, in store: any KeyStoreReader) throws -> Bool {
        guard case .customKeyStore(let id) = key.source else { return true }
        guard let found = try store.customKeyStore(id), found.connection == .connected else {
            return false
        }
        return try destroy(store.versions(of: key.id), in: found)
    }

    func destroy(_ versions: [KeyVersion], in found: CustomKeyStore) throws -> Bool {
        do {
            let backend = try self.backend(of: found)
            for version in versions {
                try backend.destroyMaterial(
                    version.sealedMaterial, of: version.keyID, version: version.id)
            }
            return true
        } catch is KeyBackendError { return false } catch is KMSError { return false }
    }

    /// GenerateRandom's part for a generator in a custom key store.
    func random(byteCount: Int, from id: String?, in home: Realm) throws -> SecretBytes {
        guard let id else { return SecretBytes(randomByteCount: byteCount) }
        _ = try connections()
        let found = try store.read { store in try customKeyStore(id, of: home, in: store) }
        try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        guard found.place.clusterID != nil else {
            throw KMSError.unsupportedOperation(
                "Custom key store \(found.id) is of type EXTERNAL_KEY_STORE, which has no random "
                    + "number generator.")
        }
        return try backend(of: found).random(byteCount: byteCount)
    }
}

extension ExternalKeyCall {
    init(_ event: AuditEvent, keyARN: String? = nil) {
        self.init(
            operation: event.name, requestID: event.requestID.text,
            principalARN: event.caller.session?.roleARN ?? event.caller.arn, keyARN: keyARN)
    }
}
