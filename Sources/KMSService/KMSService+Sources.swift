internal import KMSDomain
internal import KMSModel

/// CreateKey's part that depends on where the material comes from.
extension KMSService {
    /// Of a key that lives here.
    func materialSource(of request: CreateKeyRequest) throws(KMSError) -> MaterialSource {
        guard request.customKeyStoreID == nil else {
            throw KMSError.validation(
                "CustomKeyStoreId must not be set if the Origin is \(request.origin.rawValue).")
        }
        guard request.xksKeyID == nil else {
            throw KMSError.validation(
                "XksKeyId must not be set if the Origin is \(request.origin.rawValue).")
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
        guard key.source == .service else { return try store.insert(key) }
        let sealed = try generateMaterial(of: key, by: backend)
        try store.insert(key)
        try store.insert(
            KeyVersion(
                id: key.currentVersion, keyID: key.name.id, creationDate: key.creationDate,
                cause: .creation, sealedMaterial: sealed))
    }

    private static func unsupported(_ origin: Origin) -> KMSError {
        .unsupportedOperation(
            "Origin \(origin.rawValue) is not supported by this key service.")
    }
}
