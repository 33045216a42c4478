package import KMSDomain
package import KMSModel

/// EnableKey, DisableKey, ScheduleKeyDeletion, CancelKeyDeletion.
extension KMSService {
    package func enableKey(
        _ request: EnableKeyRequest, caller: Caller
    ) throws(KMSServiceError) {
        try changeState(request.keyID, .enableKey, caller) { key throws(KeyRefusal) in
            try key.enable()
        }
    }

    package func disableKey(
        _ request: DisableKeyRequest, caller: Caller
    ) throws(KMSServiceError) {
        try changeState(request.keyID, .disableKey, caller) { key throws(KeyRefusal) in
            try key.disable()
        }
    }

    package func scheduleKeyDeletion(
        _ request: ScheduleKeyDeletionRequest, caller: Caller
    ) throws(KMSServiceError) -> ScheduleKeyDeletionResponse {
        let window = request.pendingWindowInDays ?? KMSLimits.defaultDeletionWindowInDays
        let event = event(
            .scheduleKeyDeletion, by: caller,
            parameters: [
                AuditField("keyId", .text(request.keyID)),
                AuditField("pendingWindowInDays", .number(window)),
            ])
        return try change(event) { store, event in
            var access = AccessFacts()
            access[.scheduleKeyDeletionPendingWindowInDays] = "\(window)"
            var (key, arn) = try key(
                request.keyID, for: .scheduleKeyDeletion, access: access, in: store, event: &event
            ) { () throws(KMSError) in
                try Validation.keyID(request.keyID)
                guard KMSLimits.deletionWindowInDays.contains(window) else {
                    throw .validation(
                        "PendingWindowInDays must be between "
                            + "\(KMSLimits.deletionWindowInDays.lowerBound) and "
                            + "\(KMSLimits.deletionWindowInDays.upperBound), but it is \(window)")
                }
            }
            try refusing(arn) { () throws(KeyRefusal) in
                try key.scheduleDeletion(windowInDays: window, now: event.time)
            }
            try store.update(key)
            let date = event.time.adding(days: window)
            event.response = [
                AuditField("keyId", .text(arn)),
                AuditField("keyState", .text(KeyState.pendingDeletion.rawValue)),
                AuditField("deletionDate", .time(date)),
                AuditField("pendingWindowInDays", .number(window)),
            ]
            return ScheduleKeyDeletionResponse(
                keyID: arn, deletionDate: date.secondsSince1970, keyState: .pendingDeletion,
                pendingWindowInDays: window)
        }
    }

    package func cancelKeyDeletion(
        _ request: CancelKeyDeletionRequest, caller: Caller
    ) throws(KMSServiceError) -> CancelKeyDeletionResponse {
        let arn = try changeState(request.keyID, .cancelKeyDeletion, caller) {
            key throws(KeyRefusal) in try key.cancelDeletion()
        }
        return CancelKeyDeletionResponse(keyID: arn)
    }

    /// Runs one step of the state machine on the key that `text` names. Returns the key's ARN.
    @discardableResult
    func changeState(
        _ text: String, _ operation: KMSOperation, _ caller: Caller,
        _ step: (inout Key) throws(KeyRefusal) -> Void
    ) throws(KMSServiceError) -> String {
        let event = event(
            operation, by: caller, parameters: [AuditField("keyId", .text(text))])
        return try change(event) { store, event in
            var (key, arn) = try key(text, for: operation, in: store, event: &event) {
                () throws(KMSError) in try Validation.keyID(text)
            }
            try refusing(arn) { () throws(KeyRefusal) in try step(&key) }
            try store.update(key)
            event.response = [AuditField("keyId", .text(arn))]
            return arn
        }
    }
}
