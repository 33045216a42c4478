package import KMSDomain

/// What happens without being asked for: destruction at the end of the window or of imported material,
/// rotation, and what keys were used for is written down.
extension KMSService {
    /// Brings every key to where it should be at this moment, and returns when the next one is due.
    /// Called when a keystore is opened, before any call that finds a key due, and by a server from
    /// time to time, so that the uses of keys get into the store.
    @discardableResult
    package func performDueWork() throws(KMSServiceError) -> Timestamp? {
        let now = clock.now()
        do {
            try performDueWork(now: now)
            try saveLastUses(dueAt: now)
            return try store.read { store in try store.nextDueDate() }
        } catch {
            throw KMSServiceError(error)
        }
    }

    func performDueWork(now: Timestamp) throws {
        let nothingDue = try store.read { store in
            try !store.keysDue(at: now).contains { self.canEnd($0, at: now) }
        }
        if nothingDue { return }
        try requireWaitingForKeysElsewhere(dueAt: now)
        try store.write { store in
            // Read again: another process may have done it in between.
            for var key in try store.keysDue(at: now) where canEnd(key, at: now) {
                if key.isInTransition {
                    key.finishTransition()
                    try store.update(key)
                }
                if key.mustBeDestroyed(at: now) {
                    try destroy(key, now: now, in: store)
                } else if key.materialExpires(at: now) {
                    try expireMaterial(of: key, now: now, in: store)
                } else if key.rotationIsDue(at: now) {
                    try rotate(key, now: now, in: store)
                }
            }
        }
    }

    /// A key elsewhere is ended by a server that knows the way there, not by `coffer`.
    private func canEnd(_ key: Key, at now: Timestamp) -> Bool {
        customKeyStores?.hasClusters == true || key.hasMaterialHere || !key.mustBeDestroyed(at: now)
    }

    private func requireWaitingForKeysElsewhere(dueAt now: Timestamp) throws {
        let first = try store.read { store in
            try store.keysDue(at: now).lazy.filter { self.canEnd($0, at: now) }
                .first { !$0.hasMaterialHere }?.customKeyStoreID
        }
        if let first { try Waiting.require(for: first) }
    }

    private func destroy(_ key: Key, now: Timestamp, in store: any KeyStoreWriter) throws {
        var event = serviceEvent("DeleteKey", about: key, now: now)
        if !key.hasMaterialHere {
            event.additional = [
                AuditField("materialDestroyed", .boolean(try destroyElsewhere(key, in: store)))
            ]
        }
        try audit.append(event, durably: true)
        try store.destroy(key.id)
        let others = try store.keys(named: key.name)
        if var last = others.first, others.count == 1 {
            last.beginDeletion(now: now)
            try store.update(last)
        }
    }

    private func rotate(_ key: Key, now: Timestamp, in store: any KeyStoreWriter) throws {
        var key = key
        let version = try newVersion(of: key, cause: .automaticRotation, now: now)
        var event = serviceEvent("RotateKey", about: key, now: now)
        event.additional = [
            AuditField("previousKeyMaterialId", .text(key.materialID(of: key.currentVersion))),
            AuditField("currentKeyMaterialId", .text(key.materialID(of: version.id))),
            AuditField("rotationType", .text(KeyVersion.Cause.automaticRotation.rawValue)),
        ]
        try audit.append(event, durably: true)
        key.rotateAutomatically(to: version.id, now: now)
        try store.insert(version)
        try updateWithReplicas(key, in: store)
    }

    /// Fresh material for a key, sealed and not yet stored.
    func newVersion(
        of key: Key, cause: KeyVersion.Cause, now: Timestamp
    ) throws(KeyBackendError) -> KeyVersion {
        let id = Self.freshID()
        return KeyVersion(
            id: id, keyID: key.name.id, creationDate: now, cause: cause,
            sealedMaterial: try backend.generateMaterial(
                for: key.name.id, version: id, purpose: key.purpose))
    }

    func serviceEvent(_ name: String, about key: Key, now: Timestamp) -> AuditEvent {
        var event = AuditEvent(
            name: name, time: now, requestID: Self.freshCallID(), caller: .service(of: key.home),
            isReadOnly: false, isServiceEvent: true,
            parameters: [AuditField("keyId", .text(key.arn))])
        event.resources = [key.arn]
        return event
    }
}
