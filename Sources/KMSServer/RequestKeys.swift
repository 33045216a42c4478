package import KMSDomain
internal import Synchronization

/// An audit log that remembers, until it is asked, which key the records of calls at work are about:
/// only the service finds out what a request means by its alias or its ciphertext, and that it may
/// know.
///
/// What nobody asks for is forgotten with the oldest, so it holds few.
package final class RequestKeys: AuditSink {
    private struct State {
        var keys: [RandomID: String] = [:]
        /// The ids in the order in which they came; each is in its turn forgotten.
        var order: [RandomID] = []
        var next = 0
    }

    private static let capacity = 16_384

    private let log: any AuditSink
    private let state = Mutex(State())

    package init(_ log: any AuditSink) { self.log = log }

    package func append(_ events: [AuditEvent], durably: Bool) throws(AuditError) {
        try log.append(events, durably: durably)
        for event in events {
            guard !event.isServiceEvent, let key = event.resources.first else { continue }
            remember(key, of: event.requestID)
        }
    }

    package func flush() throws(AuditError) { try log.flush() }

    /// The ARN of the first key that the call of this id was recorded with; told once.
    func take(_ requestID: RandomID) -> String? {
        state.withLock { $0.keys.removeValue(forKey: requestID) }
    }

    private func remember(_ key: String, of requestID: RandomID) {
        state.withLock { state in
            if state.order.count < Self.capacity {
                state.order.append(requestID)
            } else {
                state.keys[state.order[state.next]] = nil
                state.order[state.next] = requestID
                state.next = (state.next + 1) % Self.capacity
            }
            state.keys[requestID] = key
        }
    }
}
