internal import KMSDomain
internal import KMSModel

/// CreateKey of keys that live in custom key stores.
extension KMSService {
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
                    let (found, source) = try storeForKey(
                        request, of: event.caller.realm, in: store)
                    return (newKey(request, kind, from: source, event: event), found)
                }
                let sealed: [UInt8]
                if let externalID = key.externalKeyID {
                    try requireExternalKey(externalID, in: found, event)
                    sealed = try generateMaterial(of: key, by: backend)
                } else {
                    sealed = try generateMaterial(of: key, by: backend(of: found))
                }
                let version = KeyVersion(
                    id: key.currentVersion, keyID: key.name.id, creationDate: key.creationDate,
                    cause: .creation, sealedMaterial: sealed)
                if key.externalKeyID == nil { made = (version, found) }
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
            if case .refused = error, let made {
                do { _ = try destroy([made.version], in: made.store) } catch {
                    throw KMSServiceError(error)
                }
            }
            throw error
        }
    }

    /// The store that CreateKey names, connected.
    func storeForKey(
        _ request: CreateKeyRequest, of home: Realm, in store: any KeyStoreReader
    ) throws -> (CustomKeyStore, MaterialSource) {
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
        let source: MaterialSource
        switch (request.origin, found.place, request.xksKeyID) {
        case (.awsCloudHSM, .cluster, nil): source = .customKeyStore(id: id)
        case (.externalKeyStore, .proxy, let externalID?):
            source = .externalKey(id: externalID, storeID: id)
            guard try !store.hasKey(ofExternalKey: externalID, inCustomKeyStore: id) else {
                throw KMSError.xksKeyAlreadyInUse(
                    "The external key \(externalID) is already associated with another KMS key in "
                        + "custom key store \(id).")
            }
        case (.awsCloudHSM, .cluster, _):
            throw KMSError.validation(
                "XksKeyId must not be set if the Origin is AWS_CLOUDHSM.")
        case (.externalKeyStore, .proxy, nil):
            throw KMSError.validation(
                "XksKeyId is required if the Origin is EXTERNAL_KEY_STORE.")
        default:
            throw KMSError.validation(
                "Keys of Origin \(request.origin.rawValue) cannot be made in custom key store "
                    + "\(id), which is of another type.")
        }
        try Self.refusingConnection(id, found.connection) { () throws(CustomKeyStoreRefusal) in
            try found.requireConnection()
        }
        return (found, source)
    }

    /// Whether the external key manager has this key, and it can do what is needed.
    private func requireExternalKey(
        _ id: String, in found: CustomKeyStore, _ event: AuditEvent
    ) throws {
        let manager = try manager(of: found)
        let key: ExternalKey
        do throws(ProxyFailure) { key = try manager.describe(id, ExternalKeyCall(event)) } catch {
            throw error.ofNewKey
        }
        guard key.isUsable else {
            throw KMSError.xksKeyInvalidConfiguration(
                "The external key \(id) must be an AES-256 symmetric key that is enabled and "
                    + "performs encryption and decryption.")
        }
    }
}
