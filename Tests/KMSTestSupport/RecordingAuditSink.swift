package import KMSDomain
internal import Synchronization

/// Keeps records in memory, and can be told to fail.
package final class RecordingAuditSink: AuditSink {
    private struct State {
        var events: [(event: AuditEvent, durably: Bool)] = []
        var failure: AuditError?
        /// How many more records there is room for before it fails.
        var room = 0
    }

    private let state = Mutex(State())

    package init() {}

    package var events: [AuditEvent] { state.withLock { $0.events.map(\.event) } }

    package var durability: [Bool] { state.withLock { $0.events.map(\.durably) } }

    /// Takes `room` more records, and none of a write that is larger than what is left.
    package func fail(with error: AuditError?, after room: Int = 0) {
        state.withLock { state in
            state.failure = error
            state.room = room
        }
    }

    package func append(_ events: [AuditEvent], durably: Bool) throws(AuditError) {
        let failure = state.withLock { state -> AuditError? in
            if state.failure != nil {
                guard events.count <= state.room else { return state.failure }
                state.room -= events.count
            }
            state.events += events.map { ($0, durably) }
            return nil
        }
        if let failure { throw failure }
    }

    package func flush() throws(AuditError) {}
}
