package import KMSDomain
internal import KMSModel
internal import SecretMemory

/// The key service: authorises, validates, acts and records each operation.
///
/// One object serves all threads of a process; several processes may serve one store. A store holds
/// keys of several accounts and regions: which of them a call means, its caller says. What it needs
/// is handed to it: where keys are kept, what makes and uses material, where records go, who may do
/// what, and the time.
package final class KMSService: Sendable {
    let store: any KeyStore
    let backend: any KeyBackend
    let audit: any AuditSink
    let authorizer: any Authorizer
    let clock: any WallClock
    let grantTokens: GrantTokens
    /// Nothing if the backend takes no material from elsewhere; then there are no such keys.
    let imports: MaterialImports?
    let customKeyStores: CustomKeyStoreConnections?
    let cache = KeyCache()
    let lastUses: LastUses

    /// - Parameter customKeyStores: what leads to keys that live elsewhere; without it there are none.
    package init(
        store: any KeyStore, backend: any KeyBackend, audit: any AuditSink,
        authorizer: any Authorizer, clock: any WallClock, root: any RootOfTrust,
        customKeyStores: CustomKeyStoreConnections? = nil
    ) {
        self.store = store
        self.backend = backend
        self.audit = audit
        self.authorizer = authorizer
        self.clock = clock
        grantTokens = GrantTokens(root: root)
        imports = (backend as? any MovableKeyBackend).map {
            MaterialImports(root: root, backend: $0)
        }
        self.customKeyStores = customKeyStores
        lastUses = LastUses(startDate: clock.now())
    }

    /// Whether material is used in this process, so that no use of it waits for anything.
    package var hasMaterialInMemory: Bool { backend is SoftwareKeyBackend }

    /// Starts the record of a call.
    func event(
        _ operation: KMSOperation, by caller: Caller, parameters: [AuditField] = []
    ) -> AuditEvent {
        AuditEvent(
            name: operation.rawValue, time: clock.now(),
            requestID: caller.requestID ?? Self.freshCallID(), caller: caller,
            isReadOnly: operation.isReadOnly, parameters: parameters)
    }

    /// Runs a call that leaves the store as it is. The caller gets the result only after the record
    /// of it has been written, and so does one who is refused; in a turn, the one who ends it sees
    /// to that.
    func perform<R: ~Copyable>(
        _ event: AuditEvent, _ body: (inout AuditEvent) throws -> R
    ) throws(KMSServiceError) -> R {
        var event = event
        let result: R
        do {
            try bringUpToDate(now: event.time)
            result = try body(&event)
        } catch {
            throw recordFailure(KMSServiceError(error), of: [event])
        }
        if !event.usedKeys.isEmpty { event.id = Self.freshCallID() }
        try record([event], durably: false)
        return result
    }

    /// Writes the records: at the end of the turn, if there is one and they can wait.
    func record(_ events: [AuditEvent], durably: Bool) throws(KMSServiceError) {
        if !durably, let turn = CallTurn.current { return turn.add(events) }
        try write(events, durably: durably)
    }

    /// Writes the records of the turn, all or none. If it throws, none of its calls may be answered
    /// but with the error.
    package func end(_ turn: CallTurn) throws(KMSServiceError) {
        let events = turn.takeRecords()
        if !events.isEmpty { try write(events, durably: false) }
    }

    private func write(_ events: [AuditEvent], durably: Bool) throws(KMSServiceError) {
        do throws(AuditError) {
            try audit.append(events, durably: durably)
        } catch {
            throw .audit(error)
        }
        for event in events { lastUses.note(event) }
    }

    /// Runs a call that changes the store, in one transaction. Its record is on the medium before
    /// the change is committed, so that no change is without a record; should the commit then fail,
    /// a second record with the same request id says so.
    func change<R>(
        _ event: AuditEvent,
        _ body: (any KeyStoreWriter, inout AuditEvent) throws -> R
    ) throws(KMSServiceError) -> R {
        var event = event
        do {
            return try commit(at: event.time) { store in
                let result = try body(store, &event)
                return (result, [event])
            }
        } catch {
            throw recordFailure(KMSServiceError(error), of: [event])
        }
    }

    /// The same for calls that have to look elsewhere first, which may take its time and is no part of
    /// the transaction. What it found may be old when `body` runs.
    func change<P, R>(
        _ event: AuditEvent, after prepare: (inout AuditEvent) throws -> P,
        _ body: (P, any KeyStoreWriter, inout AuditEvent) throws -> R
    ) throws(KMSServiceError) -> R {
        var event = event
        do {
            try bringUpToDate(now: event.time)
            let prepared = try prepare(&event)
            return try commit(at: event.time) { store in
                let result = try body(prepared, store, &event)
                return (result, [event])
            }
        } catch {
            throw recordFailure(KMSServiceError(error), of: [event])
        }
    }

    /// The same for calls that make something, together or not at all, with a record of each.
    ///
    /// A failure is recorded as what was asked, without what the body adds to the events: that tells
    /// of keys that are not there then.
    func make<R>(
        _ events: [AuditEvent],
        _ body: (any KeyStoreWriter, inout [AuditEvent]) throws -> R
    ) throws(KMSServiceError) -> R {
        do {
            return try commit(at: events[0].time) { store in
                var events = events
                let result = try body(store, &events)
                return (result, events)
            }
        } catch {
            throw recordFailure(KMSServiceError(error), of: events)
        }
    }

    private func commit<R>(
        at time: Timestamp, _ body: (any KeyStoreWriter) throws -> (R, [AuditEvent])
    ) throws -> R {
        try bringUpToDate(now: time)
        return try store.write { store in
            let (result, events) = try body(store)
            try audit.append(events, durably: true)
            return result
        }
    }

    private func recordFailure(
        _ error: KMSServiceError, of events: [AuditEvent]
    ) -> KMSServiceError {
        switch error {
        case .audit, .hasToWait: return error
        case .refused, .store, .backend: break
        }
        let failed = events.map { event in
            var event = event
            event.failure = AuditEvent.Failure(
                code: error.clientError.exceptionName, message: error.clientError.message)
            event.response = []
            return event
        }
        do throws(KMSServiceError) {
            try record(failed, durably: !events.allSatisfy(\.isReadOnly))
            return error
        } catch {
            return error
        }
    }

    /// For what lasts: keys and their versions.
    static func freshID() -> RandomID {
        id(SystemRandom.bytes(count: RandomID.byteCount))
    }

    /// For calls.
    package static func freshCallID() -> RandomID {
        id(PublicRandom.bytes(count: RandomID.byteCount))
    }

    private static func id(_ bytes: [UInt8]) -> RandomID {
        guard let id = RandomID(uuidFromRandomBytes: bytes) else {
            preconditionFailure("key service: 16 random bytes are no id")
        }
        return id
    }
}
