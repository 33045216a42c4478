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
            CallTurn.current?.forgetChangeCount()
            _ = try refreshCache()
        }
    }

    /// The next due date.
    private func refreshCache() throws -> Timestamp? {
        guard cache.isInUse() else { return try store.read { store in try store.nextDueDate() } }
        let changeCount = try store.changeCountOfTurn()
        let (due, isCurrent) = cache.isCurrent(changeCount)
        if isCurrent { return due }
        let next = try store.read { store in try store.nextDueDate() }
        cache.reset(changeCount: changeCount, nextDueDate: next)
        return next
    }

    /// The key that a data-plane request names, once its caller is allowed and its members are
    /// valid: made for this, in a state that lets it work, and of a spec that fits.
    ///
    /// `validate` runs before the caller learns whether there is such a key, `fits` after that.
    func workingKey(
        _ text: String, _ use: KeyUse, event: inout AuditEvent,
        validate: () throws(KMSError) -> Void, fits: (Key) throws(KMSError) -> Void = { _ in }
    ) throws -> CachedKey {
        var use = use
        use.access.add(nameOfKey: text)
        let found: CachedKey
        let name = KeyCache.Name(text: text, realm: event.caller.realm)
        if let cached = cache.key(name) {
            try allow(use, of: cached.key, cached.arn, as: .written(text), event.caller, validate)
            found = cached
        } else {
            found = try load(text, use, event.caller, validate)
        }
        return try ready(found, use, event: &event, fits: fits)
    }

    /// `key`, which this use of it finds able and willing; noted in the record.
    func ready(
        _ key: CachedKey, _ use: KeyUse, event: inout AuditEvent,
        fits: (Key) throws(KMSError) -> Void
    ) throws(KMSError) -> CachedKey {
        event.resources.append(key.arn)
        if let usage = use.usage, key.key.usage != usage {
            throw .invalidKeyUsage(
                "\(key.arn) key usage is \(key.key.usage.rawValue) which is not valid for "
                    + "\(use.operation.rawValue).")
        }
        try refusing(key.arn) { () throws(KeyRefusal) in try key.key.require(.useMaterial) }
        try fits(key.key)
        if LastUsageOperation(rawValue: use.operation.rawValue) != nil {
            event.usedKeys.append(key.key.id)
        }
        return key
    }

    func allow(
        _ use: KeyUse, of key: Key?, _ resource: String?, as naming: Naming, _ caller: Caller,
        _ validate: () throws(KMSError) -> Void
    ) throws {
        var access = use.access
        if let key { access.add(key) }
        try authorize(
            use.operation, by: caller, on: resource, as: naming, context: use.context,
            access: access, key: key)
        try validate()
        try requireTokens(use.grantTokens)
    }

    private func load(
        _ text: String, _ use: KeyUse, _ caller: Caller, _ validate: () throws(KMSError) -> Void
    ) throws -> CachedKey {
        try makeServiceManagedKey(ifFirstNamed: text, by: caller, now: clock.now())
        let changeCount = cache.changeCount
        let (resolution, versions) = try store.read { store in
            let resolution = try resolve(
                text, by: caller, aliasAllowed: true, in: store)
            guard case .key(let key, _) = resolution else { return (resolution, [KeyVersion]()) }
            return (resolution, try store.versions(of: key.id))
        }
        switch resolution {
        case .failure(let error):
            try allow(use, of: nil, text, as: .written(text), caller, validate)
            throw error
        case .key(let key, let arn):
            try allow(use, of: key, arn, as: .written(text), caller, validate)
            return cache.insert(
                CachedKey(key: key, versions: versions),
                as: KeyCache.Name(text: text, realm: caller.realm), at: changeCount)
        }
    }

    /// The key of that region that a blob names, if there is one, of whatever account.
    func cachedKey(_ name: KeyName, in region: String) throws -> CachedKey? {
        if let cached = cache.key(name, in: region) { return cached }
        let changeCount = cache.changeCount
        let found = try store.read { store -> (Key, [KeyVersion])? in
            guard let key = try store.key(named: name, in: region) else { return nil }
            return (key, try store.versions(of: key.id))
        }
        guard let (key, versions) = found else { return nil }
        return cache.insert(
            CachedKey(key: key, versions: versions), as: nil, at: changeCount)
    }

    /// The handle of the newest version: of a key pair, the only one. The key says that it has this
    /// version, so its row must be there.
    func handle(of key: CachedKey) throws(KMSServiceError) -> any KeyHandle {
        do {
            let backend = try backend(of: key)
            if let handle = try key.handle(of: key.key.currentVersion, by: backend) {
                return handle
            }
        } catch {
            throw KMSServiceError(error)
        }
        throw .store(.damaged(detail: "current version missing"))
    }
}
