internal import KMSDomain
internal import KMSModel

/// Data-plane operations read the store only when it has changed.
extension KMSService {
    /// Forgets what is cached if the store has changed, and does what has become due.
    ///
    /// Before every call, so a key disabled by another process is refused by the next call here.
    func bringUpToDate(now: Timestamp) throws {
        if let due = try refreshCache(), due <= now {
            try performDueWork(now: now)
            _ = try refreshCache()
        }
    }

    /// The next due date.
    private func refreshCache() throws -> Timestamp? {
        guard cache.isInUse() else { return try store.read { store in try store.nextDueDate() } }
        let changeCount = try store.changeCount()
        let (due, isCurrent) = cache.isCurrent(changeCount)
        if isCurrent { return due }
        let next = try store.read { store in try store.nextDueDate() }
        cache.reset(changeCount: changeCount, nextDueDate: next)
        return next
    }

    /// The key that a data-plane request names, once its caller is allowed and its members are
    /// valid, in a state that lets it work.
    func workingKey(
        _ text: String, for operation: KMSOperation, context: EncryptionContext,
        access: AccessFacts = AccessFacts(), event: inout AuditEvent,
        validate: (Key?) throws(KMSError) -> Void
    ) throws -> CachedKey {
        let found: CachedKey
        var access = access
        access.add(nameOfKey: text)
        if let cached = cache.key(text) {
            access.add(cached.key)
            try authorize(
                operation, by: event.caller, on: cached.arn, context: context, access: access)
            try validate(cached.key)
            found = cached
        } else {
            found = try load(
                text, for: operation, context: context, access, event, validate: validate)
        }
        event.resources.append(found.arn)
        try refusing(found.arn) { () throws(KeyRefusal) in try found.key.require(.useMaterial) }
        return found
    }

    private func load(
        _ text: String, for operation: KMSOperation, context: EncryptionContext,
        _ access: AccessFacts, _ event: AuditEvent, validate: (Key?) throws(KMSError) -> Void
    ) throws -> CachedKey {
        let changeCount = cache.changeCount
        let (resolution, versions) = try store.read { store in
            let resolution = try resolve(text, aliasAllowed: true, in: store)
            guard case .key(let key, _) = resolution else { return (resolution, [KeyVersion]()) }
            return (resolution, try store.versions(of: key.id))
        }
        switch resolution {
        case .failure(let error):
            try authorize(
                operation, by: event.caller, on: text, context: context, access: access)
            try validate(nil)
            throw error
        case .key(let key, let arn):
            var access = access
            access.add(key)
            try authorize(
                operation, by: event.caller, on: arn, context: context, access: access)
            try validate(key)
            return cache.insert(
                CachedKey(key: key, arn: arn, versions: versions), as: text, at: changeCount)
        }
    }

    /// The key a blob names, if it is one of ours.
    func cachedKey(_ id: KeyID) throws -> CachedKey? {
        if let cached = cache.key(id) { return cached }
        let changeCount = cache.changeCount
        let found = try store.read { store -> (Key, [KeyVersion])? in
            guard let key = try store.key(id) else { return nil }
            return (key, try store.versions(of: id))
        }
        guard let (key, versions) = found else { return nil }
        return cache.insert(
            CachedKey(key: key, arn: realm.arn(of: id), versions: versions), as: nil,
            at: changeCount)
    }

    /// The handle that seals. The key says that it has this version, so its row must be there.
    func sealingHandle(of key: CachedKey) throws -> any KeyHandle {
        if let handle = try key.handle(of: key.key.currentVersion, by: backend(of: key)) {
            return handle
        }
        throw KMSServiceError.store(.damaged(detail: "current version missing"))
    }
}
