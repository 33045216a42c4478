internal import KMSDomain
internal import KMSModel
internal import SecretMemory

/// Decrypt's half of the work. The caller learns one thing of every bad ciphertext: InvalidCiphertext.
/// The record says which: not a blob, of an unknown key or version, or not authentic.
extension KMSService {
    /// The key that the ciphertext is for, once the caller is allowed, the request valid, and the key
    /// the one that the request names. A blob names its key itself; other ciphertexts do not.
    func locate(
        _ source: CiphertextSource, event: inout AuditEvent,
        validate: () throws(KMSError) -> Void = {}
    ) throws -> LocatedCiphertext {
        let blob =
            source.algorithm == .symmetricDefault
            ? CiphertextBlob(parsing: source.ciphertext) : nil
        func isValid() throws(KMSError) {
            try source.validate()
            try validate()
        }
        // As AWS does: what is no blob is told before that the key is none for blobs.
        func fits(_ key: Key) throws(KMSError) {
            if source.algorithm == .symmetricDefault, !source.ignoresCiphertext { return }
            try Validation.encryption(
                source.algorithm, spec: key.spec, context: source.use.context)
        }
        let key: CachedKey
        if let keyID = source.keyID {
            key = try workingKey(
                keyID, source.use, event: &event, validate: isValid, fits: fits)
        } else {
            let found: CachedKey? =
                if let blob { try cachedKey(blob.keyName, in: event.caller.region) } else { nil }
            try allow(
                source.use, of: found?.key,
                found?.arn ?? blob.map { event.caller.realm.arn(of: $0.keyName) },
                as: .ciphertext, event.caller, isValid)
            guard blob != nil else { throw invalid(&event, because: "notABlob") }
            guard let found else { throw invalid(&event, because: "unknownKey") }
            key = try ready(found, source.use, event: &event, fits: fits)
        }
        if source.ignoresCiphertext { _ = try handle(of: key) }
        if source.algorithm != .symmetricDefault || source.ignoresCiphertext {
            return LocatedCiphertext(key: key, blob: nil)
        }
        guard let blob else { throw invalid(&event, because: "notABlob") }
        guard blob.isExternal == (key.key.externalKeyID != nil) else {
            throw invalid(&event, because: "notABlob")
        }
        guard blob.keyName == key.key.name else {
            throw KMSError.incorrectKey(
                "The key ID in the request does not identify a CMK that can perform this "
                    + "operation.")
        }
        try Validation.encryption(
            source.algorithm, spec: key.key.spec, context: source.use.context)
        return LocatedCiphertext(key: key, blob: blob)
    }

    func open(
        _ source: CiphertextSource, _ located: LocatedCiphertext, event: inout AuditEvent
    ) throws -> SecretBytes {
        let key = located.key
        guard let blob = located.blob else {
            return try openAsymmetric(source, under: key, event: &event)
        }
        guard let handle = try key.handle(of: blob.versionID, by: backend(of: key)) else {
            throw invalid(&event, because: "unknownKeyMaterial")
        }
        let context = source.use.context.encoded
        let opened =
            if let external = try externalKeyUse(of: key, event) {
                try ExternalBlob.open(
                    source.ciphertext, blob: blob, handle: handle, context: context, by: external)
            } else {
                try BlobCipher.open(
                    source.ciphertext, blob: blob, handle: handle, context: context)
            }
        guard let opened else { throw invalid(&event, because: "notAuthentic") }
        event.additional.append(
            AuditField("keyMaterialId", .text(key.materialID(of: blob.versionID))))
        return opened
    }

    private func openAsymmetric(
        _ source: CiphertextSource, under key: CachedKey, event: inout AuditEvent
    ) throws -> SecretBytes {
        guard let algorithm = Key.EncryptionAlgorithm(rawValue: source.algorithm.rawValue) else {
            preconditionFailure("key service: a blob is no asymmetric ciphertext")
        }
        let handle = try handle(of: key)
        do throws(KeyBackendError) {
            return try handle.decrypt(source.ciphertext, by: algorithm)
        } catch .notAuthentic {
            throw invalid(&event, because: "notAuthentic")
        } catch { throw error }
    }

    /// Whether ReEncrypt reads and writes under one key, which policies may ask before anything else
    /// is known to be right.
    func namesSameKey(_ request: ReEncryptRequest, by caller: Caller) throws -> Bool {
        guard let destination = try key(named: request.destinationKeyID, by: caller) else {
            return false
        }
        if let source = request.sourceKeyID {
            return try key(named: source, by: caller)?.id == destination.id
        }
        return CiphertextBlob(parsing: request.ciphertextBlob)?.keyName == destination.name
    }

    private func key(named text: String, by caller: Caller) throws -> Key? {
        if let cached = cache.key(KeyCache.Name(text: text, realm: caller.realm)) {
            return cached.key
        }
        return try store.read { store in
            let resolution = try resolve(text, by: caller, aliasAllowed: true, in: store)
            if case .key(let key, _) = resolution { return key }
            return nil
        }
    }

    private func invalid(_ event: inout AuditEvent, because reason: String) -> KMSError {
        event.additional.append(AuditField("ciphertextProblem", .text(reason)))
        return .invalidCiphertext
    }
}
