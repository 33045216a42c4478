internal import CoreMetrics
internal import Synchronization

/// One number that is counted up, or set.
final class PrometheusValue: CounterHandler, FloatingPointCounterHandler, MeterHandler,
    RecorderHandler
{
    private let value = Mutex<Double>(0)

    /// Whole numbers without a fraction.
    var text: String {
        let value = value.withLock { $0 }
        return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    func increment(by amount: Int64) { increment(by: Double(amount)) }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func reset() { set(0.0) }
    func set(_ number: Int64) { set(Double(number)) }
    func set(_ number: Double) { value.withLock { $0 = number } }
    func record(_ number: Int64) { set(Double(number)) }
    func record(_ number: Double) { set(number) }
}
