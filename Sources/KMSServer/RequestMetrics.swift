internal import CoreMetrics
internal import Synchronization

/// Counts requests and how long they took, by operation and outcome.
final class RequestMetrics: Sendable {
    private struct Name: Hashable {
        let operation: String
        let outcome: String
    }

    private let timers = Mutex<[Name: Timer]>([:])
    private let factory: any MetricsFactory

    init(factory: any MetricsFactory) { self.factory = factory }

    /// Both names are from lists of ours, so there is an end to them.
    func record(_ answer: ServedAnswer, duration: Duration) {
        let name = Name(operation: answer.operation, outcome: answer.outcome)
        let timer = timers.withLock { timers in
            if let timer = timers[name] { return timer }
            let timer = Timer(
                label: "cofferd_request_duration_seconds",
                dimensions: [("operation", name.operation), ("outcome", name.outcome)],
                factory: factory)
            timers[name] = timer
            return timer
        }
        let (seconds, attoseconds) = duration.components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
