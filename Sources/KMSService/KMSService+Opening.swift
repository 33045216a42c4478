internal import KMSDomain
internal import KMSModel
internal import SecretMemory

/// A blob to be opened, and what the request says of it.
struct BlobSource {
    let blob: [UInt8]
    let keyID: String?
    let context: EncryptionContext
    let algorithm: EncryptionAlgorithm
    let keyIDMember: String
    /// ReEncrypt reads under a name of its own.
    var action: String?

    var access: AccessFacts {
        var access = AccessFacts(action: action)
        access[.encryptionAlgorithm] = algorithm.rawValue
        return access
    }
}

/// Decrypt's half of the work. The caller learns one thing of every bad blob: InvalidCiphertext.
/// The record says which: not a blob, of an unknown key or version, or not authentic.
extension KMSService {
    /// The key that made the blob, once the caller is allowed, the request valid, and the key the
    /// one that the request names, if it names any.
    func locate(
        _ source: BlobSource, for operation: KMSOperation, event: inout AuditEvent
    ) throws -> (CachedKey, CiphertextBlob) {
        let blob = CiphertextBlob(parsing: source.blob)
        let validate = { (key: Key?) throws(KMSError) -> Void in
            try Validation.keyID(source.keyID, member: source.keyIDMember)
            try Validation.byteCount(
                source.blob.count, of: "ciphertextBlob", in: KMSLimits.ciphertextByteCount)
            if let key { try Validation.symmetric(source.algorithm, spec: key.spec.rawValue) }
        }
        if let keyID = source.keyID {
            let key = try workingKey(
                keyID, for: operation, context: source.context, access: source.access,
                event: &event, validate: validate)
            guard let blob else { throw invalid(&event, because: "notABlob") }
            guard blob.keyID == key.key.id else {
                throw KMSError.incorrectKey(
                    "The key ID in the request does not identify a CMK that can perform this "
                        + "operation.")
            }
            return (key, blob)
        }
        let key: CachedKey? =
            if let blob { try cachedKey(blob.keyID) } else { nil }
        var access = source.access
        if let key { access.add(key.key) }
        try authorize(
            operation, by: event.caller, on: key?.arn ?? blob.map { realm.arn(of: $0.keyID) },
            context: source.context, access: access)
        try validate(key?.key)
        guard let blob else { throw invalid(&event, because: "notABlob") }
        guard let key else { throw invalid(&event, because: "unknownKey") }
        event.resources.append(key.arn)
        try refusing(key.arn) { () throws(KeyRefusal) in try key.key.require(.useMaterial) }
        return (key, blob)
    }

    func open(
        _ source: BlobSource, _ blob: CiphertextBlob, under key: CachedKey,
        event: inout AuditEvent
    ) throws -> SecretBytes {
        guard let handle = try key.handle(of: blob.versionID, by: backend(of: key)) else {
            throw invalid(&event, because: "unknownKeyMaterial")
        }
        let opened = try BlobCipher.open(
            source.blob, blob: blob, handle: handle, context: source.context.encoded)
        guard let opened else { throw invalid(&event, because: "notAuthentic") }
        event.additional.append(
            AuditField("keyMaterialId", .text(key.key.materialID(of: blob.versionID))))
        return opened
    }

    private func invalid(_ event: inout AuditEvent, because reason: String) -> KMSError {
        event.additional.append(AuditField("ciphertextProblem", .text(reason)))
        return .invalidCiphertext
    }
}
