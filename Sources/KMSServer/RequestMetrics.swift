internal import CoreMetrics
internal import Synchronization

/// Counts requests and how long they took: by operation and outcome, and by key besides.
///
/// Operations and outcomes are from lists of ours. Of keys there may be any number, and a series costs
/// memory here and there: the first ``maximumKeySeriesCount`` of key, operation and outcome have
/// their own, and all that come later are counted together as the key `other`, until the next start.
/// A key is named by its ARN, and only where the request was found to be about it: who asks for what
/// is not there makes no series.
final class RequestMetrics: Sendable {
    static let maximumKeySeriesCount = 10_000
    static let otherKey = "other"

    private static let keyRequests = "cofferd_key_requests_total"
    private static let keySeconds = "cofferd_key_request_seconds_total"
    /// Names of what says which keys are in use.
    static let keyFamilies: Set = [keyRequests, keySeconds]

    private struct Name: Hashable {
        let operation: String
        let outcome: String
    }

    private struct KeyName: Hashable {
        let key: String
        let name: Name
    }

    private struct KeySeries {
        let requests: Counter
        let seconds: FloatingPointCounter
    }

    private struct State {
        var timers: [Name: Timer] = [:]
        var keySeries: [KeyName: KeySeries] = [:]
    }

    private let state = Mutex(State())
    private let factory: any MetricsFactory
    private let maximumKeySeriesCount: Int

    init(
        factory: any MetricsFactory,
        maximumKeySeriesCount: Int = RequestMetrics.maximumKeySeriesCount
    ) {
        self.factory = factory
        self.maximumKeySeriesCount = maximumKeySeriesCount
    }

    func record(_ answer: ServedAnswer, key: String?, duration: Duration) {
        let name = Name(operation: answer.operation, outcome: answer.outcome)
        let (timer, series) = state.withLock { state -> (Timer, KeySeries?) in
            let timer = self.timer(name, &state)
            guard let key else { return (timer, nil) }
            return (timer, keySeries(KeyName(key: key, name: name), &state))
        }
        timer.recordNanoseconds(duration.nanoseconds)
        series?.requests.increment()
        series?.seconds.increment(by: Double(duration.nanoseconds) / 1e9)
    }

    private func timer(_ name: Name, _ state: inout State) -> Timer {
        if let timer = state.timers[name] { return timer }
        let timer = Timer(
            label: "cofferd_request_duration_seconds",
            dimensions: [("operation", name.operation), ("outcome", name.outcome)],
            factory: factory)
        state.timers[name] = timer
        return timer
    }

    private func keySeries(_ name: KeyName, _ state: inout State) -> KeySeries {
        if let series = state.keySeries[name] { return series }
        let isFull = state.keySeries.count >= maximumKeySeriesCount
        if isFull, name.key != Self.otherKey {
            return keySeries(KeyName(key: Self.otherKey, name: name.name), &state)
        }
        let dimensions = [
            ("key", name.key), ("operation", name.name.operation), ("outcome", name.name.outcome),
        ]
        let series = KeySeries(
            requests: Counter(
                label: Self.keyRequests, dimensions: dimensions, factory: factory),
            seconds: FloatingPointCounter(
                label: Self.keySeconds, dimensions: dimensions, factory: factory))
        state.keySeries[name] = series
        return series
    }
}

extension Duration {
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}
