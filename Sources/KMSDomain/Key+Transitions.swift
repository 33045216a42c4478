/// The state machine: which action a state allows, and what each change does. Time is an argument.
extension Key {
    /// Nothing if the action is allowed now.
    package func refusal(of action: KeyAction) -> KeyRefusal? {
        if manager == .service, !action.isOpenOnServiceManagedKeys { return .isServiceManaged }
        if let refusal = refusalBySource(of: action) { return refusal }
        return switch (status, action) {
        case (_, .describe), (_, .deleteAlias), (_, .readRotation), (_, .changePolicy),
            (_, .deleteMaterial):
            nil
        case (.pendingDeletion, .cancelDeletion), (.pendingReplicaDeletion, .cancelDeletion): nil
        case (_, .cancelDeletion): .isNotPendingDeletion
        case (.pendingDeletion, _): .isPendingDeletion
        case (.pendingReplicaDeletion, _): .isPendingReplicaDeletion
        case (.creating, .nameByAlias), (.creating, .changeLabels): nil
        case (.creating, _): .isCreating
        case (.updating, .useMaterial), (.updating, .nameByAlias), (.updating, .changeLabels): nil
        case (.updating, _): .isUpdating
        case (.disabled, .useMaterial), (.disabled, .rotateOnDemand), (.disabled, .changeRotation),
            (.disabled, .replicate):
            .isDisabled
        case (.enabled, _), (.disabled, _): nil
        }
    }

    package func require(_ action: KeyAction) throws(KeyRefusal) {
        if let refusal = refusal(of: action) { throw refusal }
    }

    package mutating func enable() throws(KeyRefusal) {
        try require(.enable)
        status = .enabled
    }

    package mutating func disable() throws(KeyRefusal) {
        try require(.disable)
        status = .disabled
    }

    /// - Parameter hasReplicas: they go first, and the window begins after the last of them.
    package mutating func scheduleDeletion(
        windowInDays: Int, now: Timestamp, hasReplicas: Bool = false
    ) throws(KeyRefusal) {
        try require(.scheduleDeletion)
        if hasReplicas {
            status = .pendingReplicaDeletion(windowInDays: windowInDays)
            return
        }
        status = .pendingDeletion(date: now.adding(days: windowInDays), windowInDays: windowInDays)
    }

    /// The key comes back disabled: whoever asked for its end has to ask for its use. One without its
    /// material waits for that.
    package mutating func cancelDeletion() throws(KeyRefusal) {
        try require(.cancelDeletion)
        status = importStatus?.isMissing == true ? .enabled : .disabled
    }

    /// The moment at which something has to happen to this key by itself, if any.
    package var nextDueDate: Timestamp? {
        let date: Timestamp? =
            switch status {
            // A replica is rotated with its primary.
            case .enabled: multiRegionType == .replica ? nil : rotation?.nextDate
            case .disabled, .pendingReplicaDeletion: nil
            case .pendingDeletion(let date, _): date
            // At once, whatever the clock says: one that jumps back keeps no key waiting.
            case .creating, .updating: Timestamp(millisecondsSince1970: 0)
            }
        return [date, importStatus?.nextExpiry].compactMap(\.self).min()
    }

    /// Whether the waiting time is over, so that the material has to go.
    package func mustBeDestroyed(at now: Timestamp) -> Bool {
        if case .pendingDeletion(let date, _) = status { date <= now } else { false }
    }
}

extension Key.Status {
    package var isWaitingForDeletion: Bool {
        switch self {
        case .pendingDeletion, .pendingReplicaDeletion: true
        case .enabled, .disabled, .creating, .updating: false
        }
    }
}

extension KeyAction {
    /// What others than the service may do with a key that it made for itself: use it and look at it.
    fileprivate var isOpenOnServiceManagedKeys: Bool {
        switch self {
        case .useMaterial, .describe, .deleteAlias, .readRotation: true
        case .enable, .disable, .scheduleDeletion, .cancelDeletion, .nameByAlias, .rotateOnDemand,
            .changeRotation, .changeLabels, .changePolicy, .importMaterial, .deleteMaterial,
            .replicate:
            false
        }
    }
}
