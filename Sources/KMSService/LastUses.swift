internal import KMSDomain
internal import Synchronization

/// What keys were last used for, as far as the store does not know it yet: no call of the data plane
/// writes to the store, so uses are gathered here, one for each key, and written together.
final class LastUses: Sendable {
    private struct State {
        var uses: [KeyID: LastUse] = [:]
        var nextSaving: Timestamp
    }

    /// What is written makes every service of the store read its keys anew, so not too often; what is
    /// not written is lost with the process.
    private static let intervalInSeconds = 300

    /// From when on this service has gathered.
    let startDate: Timestamp
    private let state: Mutex<State>

    init(startDate: Timestamp) {
        self.startDate = startDate
        state = Mutex(State(nextSaving: startDate.adding(seconds: Self.intervalInSeconds)))
    }

    /// After the record of the call, whose keys were put to use.
    func note(_ event: AuditEvent) {
        guard let id = event.id, !event.usedKeys.isEmpty else { return }
        let use = LastUse(
            operation: event.name, time: event.time, eventID: id, requestID: event.requestID)
        state.withLock { state in
            for key in event.usedKeys { state.uses[key] = use }
        }
    }

    func use(of key: KeyID) -> LastUse? { state.withLock { $0.uses[key] } }

    /// Nothing to save yet, or what there is; it stays here until ``forget(_:)``.
    func due(at now: Timestamp?) -> [KeyID: LastUse] {
        state.withLock { state in
            if let now {
                // A clock that was put back would keep them here until it has caught up.
                let isWaiting =
                    now < state.nextSaving
                    && state.nextSaving <= now.adding(seconds: Self.intervalInSeconds)
                if isWaiting { return [:] }
                state.nextSaving = now.adding(seconds: Self.intervalInSeconds)
            }
            return state.uses
        }
    }

    /// They are in the store now. A later use of one of the keys stays.
    func forget(_ saved: [KeyID: LastUse]) {
        state.withLock { state in
            for (key, use) in saved where state.uses[key] == use { state.uses[key] = nil }
        }
    }
}
