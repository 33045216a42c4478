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
                let start = try trackingStart(in: store)
                let uses = [lastUses.use(of: key.id), try store.lastUse(of: key.id)]
                let last = uses.compactMap(\.self).max { $0.time < $1.time }
                return GetKeyLastUsageResponse(
                    keyID: arn,
                    trackingStartDate: max(start, key.creationDate).secondsSince1970,
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
