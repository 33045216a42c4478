/// The state machine: which action a state allows, and what each change does. Time is an argument.
extension Key {
    /// Nothing if the action is allowed now.
    package func refusal(of action: KeyAction) -> KeyRefusal? {
        if manager == .service, !action.isOpenOnServiceManagedKeys { return .isServiceManaged }
        return switch (status, action) {
        case (_, .describe), (_, .deleteAlias), (_, .readRotation), (_, .changePolicy): nil
        case (.pendingDeletion, .cancelDeletion): nil
        case (_, .cancelDeletion): .isNotPendingDeletion
        case (.pendingDeletion, _): .isPendingDeletion
        case (.disabled, .useMaterial), (.disabled, .rotateOnDemand), (.disabled, .changeRotation):
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

    package mutating func scheduleDeletion(
        windowInDays: Int, now: Timestamp
    ) throws(KeyRefusal) {
        try require(.scheduleDeletion)
        status = .pendingDeletion(date: now.adding(days: windowInDays), windowInDays: windowInDays)
    }

    /// The key comes back disabled: whoever asked for its end has to ask for its use.
    package mutating func cancelDeletion() throws(KeyRefusal) {
        try require(.cancelDeletion)
        status = .disabled
    }

    /// The moment at which something has to happen to this key by itself, if any.
    package var nextDueDate: Timestamp? {
        switch status {
        case .enabled: rotation?.nextDate
        case .disabled: nil
        case .pendingDeletion(let date, _): date
        }
    }

    /// Whether the waiting time is over, so that the material has to go.
    package func mustBeDestroyed(at now: Timestamp) -> Bool {
        if case .pendingDeletion(let date, _) = status { date <= now } else { false }
    }
}

extension KeyAction {
    /// What others than the service may do with a key that it made for itself: use it and look at it.
    fileprivate var isOpenOnServiceManagedKeys: Bool {
        switch self {
        case .useMaterial, .describe, .deleteAlias, .readRotation: true
        case .enable, .disable, .scheduleDeletion, .cancelDeletion, .nameByAlias, .rotateOnDemand,
            .changeRotation, .changeLabels, .changePolicy:
            false
        }
    }
}
