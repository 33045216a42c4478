package import KMSDomain
package import KMSModel

/// GetKeyLastUsage, and how uses get into the store.
extension KMSService {
    /// Eight bytes, big-endian: milliseconds since 1970, when the first service began to gather.
    private static let trackingStartSetting = "last-uses-since"

    package func getKeyLastUsage(
        _ request: GetKeyLastUsageRequest, caller: Caller
    ) throws(KMSServiceError) -> GetKeyLastUsageResponse {
        let event = event(
            .getKeyLastUsage, by: caller, parameters: [AuditField("keyId", .text(request.keyID))])
        return try perform(event) { event in
            try store.read { store in
                let (key, arn) = try key(
                    request.keyID, for: .getKeyLastUsage, in: store, event: &event
                ) { () throws(KMSError) in try Validation.keyID(request.keyID) }
                let last = try lastUse(of: key, in: store)
                return GetKeyLastUsageResponse(
                    keyID: arn,
                    trackingStartDate: try trackingStart(of: key, in: store).secondsSince1970,
                    keyCreationDate: key.creationDate.secondsSince1970,
                    keyLastUsage: last.map { use in
                        KeyLastUsage(
                            operation: LastUsageOperation(rawValue: use.operation),
                            timestamp: use.time.secondsSince1970,
                            cloudTrailEventID: use.eventID.text,
                            kmsRequestID: use.requestID.text)
                    } ?? KeyLastUsage())
            }
        }
    }

    /// Writes down what keys were used for, whether that is due or not: for a service that ends.
    package func saveLastUses() throws(KMSServiceError) {
        do {
            try saveLastUses(dueAt: nil)
        } catch {
            throw KMSServiceError(error)
        }
    }

    func saveLastUses(dueAt now: Timestamp?) throws {
        let uses = lastUses.due(at: now)
        if uses.isEmpty { return }
        try store.write { store in
            if try store.setting(Self.trackingStartSetting) == nil {
                let start = UInt64(bitPattern: lastUses.startDate.millisecondsSince1970)
                try store.set(
                    (0..<8).map { UInt8(truncatingIfNeeded: start >> (56 - 8 * $0)) },
                    forSetting: Self.trackingStartSetting)
            }
            for (key, use) in uses { try store.record(use, of: key) }
        }
        lastUses.forget(uses)
    }

    /// Whole days since the last use; of a key without one, since uses of it are told.
    func daysWithoutUse(
        of key: Key, at now: Timestamp, in store: any KeyStoreReader
    ) throws -> Int64 {
        let last = try lastUse(of: key, in: store)?.time ?? trackingStart(of: key, in: store)
        let milliseconds = now.millisecondsSince1970 - last.millisecondsSince1970
        return max(0, milliseconds / (24 * 60 * 60 * 1000))
    }

    private func lastUse(of key: Key, in store: any KeyStoreReader) throws -> LastUse? {
        let uses = [lastUses.use(of: key.id), try store.lastUse(of: key.id)]
        return uses.compactMap(\.self).max { $0.time < $1.time }
    }

    private func trackingStart(of key: Key, in store: any KeyStoreReader) throws -> Timestamp {
        max(try trackingStart(in: store), key.creationDate)
    }

    private func trackingStart(in store: any KeyStoreReader) throws -> Timestamp {
        guard let bytes = try store.setting(Self.trackingStartSetting) else {
            return lastUses.startDate
        }
        guard bytes.count == 8 else { throw KeyStoreError.damaged(detail: "last-uses-since") }
        return Timestamp(
            millisecondsSince1970: Int64(
                bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }))
    }
}
