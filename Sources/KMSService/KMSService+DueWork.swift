internal import KMSDomain

/// What happens without being asked for: destruction at the end of the window or
/// of imported material, rotation.
extension KMSService {
    /// Brings every key to where it should be at this moment. Called when a keystore is opened, and
    /// before any call that finds something due.
    package func performDueWork() throws(KMSServiceError) {
        do {
            try performDueWork(now: clock.now())
        } catch {
            throw KMSServiceError(error)
        }
    }

    func performDueWork(now: Timestamp) throws {
        let nothingDue = try store.read { store in try store.keysDue(at: now).isEmpty }
        if nothingDue { return }
        try store.write { store in
            // Read again: another process may have done it in between.
            for key in try store.keysDue(at: now) {
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

    private func destroy(_ key: Key, now: Timestamp, in store: any KeyStoreWriter) throws {
        var event = serviceEvent("DeleteKey", about: key, now: now)
        if key.customKeyStoreID != nil {
            event.additional = [
                AuditField("materialDestroyed", .boolean(try destroyElsewhere(key, in: store)))
            ]
        }
        try audit.append(event, durably: true)
        try store.destroy(key.id)
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
        try store.update(key)
    }

    /// Fresh material for a key, sealed and not yet stored.
    func newVersion(
        of key: Key, cause: KeyVersion.Cause, now: Timestamp
    ) throws(KeyBackendError) -> KeyVersion {
        let id = Self.freshID()
        return KeyVersion(
            id: id, keyID: key.id, creationDate: now, cause: cause,
            sealedMaterial: try backend.generateMaterial(
                for: key.id, version: id, purpose: key.purpose))
    }

    func serviceEvent(_ name: String, about key: Key, now: Timestamp) -> AuditEvent {
        var event = AuditEvent(
            name: name, time: now, requestID: Self.freshCallID(), caller: .service(of: realm),
            isReadOnly: false, isServiceEvent: true,
            parameters: [AuditField("keyId", .text(realm.arn(of: key.id)))])
        event.resources = [realm.arn(of: key.id)]
        return event
    }
}
