package import KMSDomain
internal import Synchronization

/// Keeps records in memory, and can be told to fail.
package final class RecordingAuditSink: AuditSink {
    private struct State {
        var events: [(event: AuditEvent, durably: Bool)] = []
        var failure: AuditError?
    }

    private let state = Mutex(State())

    package init() {}

    package var events: [AuditEvent] { state.withLock { $0.events.map(\.event) } }

    package var durability: [Bool] { state.withLock { $0.events.map(\.durably) } }

    package func fail(with error: AuditError?) { state.withLock { $0.failure = error } }

    package func append(_ event: AuditEvent, durably: Bool) throws(AuditError) {
        let failure = state.withLock { state -> AuditError? in
            if state.failure == nil { state.events.append((event, durably)) }
            return state.failure
        }
        if let failure { throw failure }
    }

    package func flush() throws(AuditError) {}
}
