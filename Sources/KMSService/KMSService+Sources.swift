internal import KMSDomain
internal import KMSModel

/// CreateKey's part that depends on where the material comes from.
extension KMSService {
    func materialSource(
        of request: CreateKeyRequest, in store: any KeyStoreReader
    ) throws -> MaterialSource {
        if request.origin == .awsCloudHSM {
            return .customKeyStore(id: try storeForKey(request, in: store).id)
        }
        guard request.customKeyStoreID == nil else {
            throw KMSError.validation(
                "CustomKeyStoreId must not be set if the Origin is \(request.origin.rawValue).")
        }
        switch request.origin {
        case .awsKMS: return .service
        case .external:
            guard imports != nil else { throw Self.unsupported(request.origin) }
            return .importation(.empty)
        case .awsCloudHSM, .externalKeyStore: throw Self.unsupported(request.origin)
        }
    }

    /// Stores a key, with its first material unless that comes later.
    func insert(_ key: Key, in store: any KeyStoreWriter) throws {
        let backend: any KeyBackend
        switch key.source {
        case .service: backend = self.backend
        case .importation: return try store.insert(key)
        case .customKeyStore(let id):
            backend = try self.backend(of: customKeyStore(id, in: store))
        }
        let sealed = try backend.generateMaterial(
            for: key.id, version: key.currentVersion, purpose: key.purpose)
        try store.insert(key)
        try store.insert(
            KeyVersion(
                id: key.currentVersion, keyID: key.id, creationDate: key.creationDate,
                cause: .creation, sealedMaterial: sealed))
    }

    private static func unsupported(_ origin: Origin) -> KMSError {
        .unsupportedOperation(
            "Origin \(origin.rawValue) is not supported by this key service.")
    }
}
