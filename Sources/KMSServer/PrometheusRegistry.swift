package import CoreMetrics
internal import Synchronization

/// Keeps the metrics of this process for whoever comes for them: a backend of swift-metrics, told in
/// Prometheus' text format (version 0.0.4).
package final class PrometheusRegistry: MetricsFactory {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private enum Series {
        case counter(PrometheusValue)
        case gauge(PrometheusValue)
        case histogram(PrometheusHistogram)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// By name, and within a name by its labels as they are written.
    private let families = Mutex<[String: [String: Series]]>([:])

    package init() {}

    /// All but the families of these names.
    package func text(without excluded: Set<String> = []) -> String {
        families.withLock { families in
            var text = ""
            for (name, series) in families.sorted(by: { $0.key < $1.key })
            where !excluded.contains(name) {
                guard let type = series.values.first?.type else { continue }
                text += "# TYPE \(name) \(type)\n"
                for (labels, one) in series.sorted(by: { $0.key < $1.key }) {
                    switch one {
                    case .counter(let value), .gauge(let value):
                        text += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(value.text)\n"
                    case .histogram(let histogram):
                        text += histogram.text(name: name, labels: labels)
                    }
                }
            }
            return text
        }
    }

    package func makeCounter(
        label: String, dimensions: [(String, String)]
    ) -> any CounterHandler {
        value(label, dimensions) { .counter($0) }
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        value(label, dimensions) { .counter($0) }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        value(label, dimensions) { .gauge($0) }
    }

    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions) }
        return value(label, dimensions) { .gauge($0) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove(handler)
    }
    package func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func value(
        _ name: String, _ dimensions: [(String, String)], _ wrap: (PrometheusValue) -> Series
    ) -> PrometheusValue {
        families.withLock { families in
            let labels = Self.labels(dimensions)
            switch families[name]?[labels] {
            case .counter(let value), .gauge(let value): return value
            case .histogram: preconditionFailure("metrics: \(name) is two kinds of metric")
            case nil:
                let value = PrometheusValue()
                families[name, default: [:]][labels] = wrap(value)
                return value
            }
        }
    }

    private func histogram(
        _ name: String, _ dimensions: [(String, String)]
    ) -> PrometheusHistogram {
        families.withLock { families in
            let labels = Self.labels(dimensions)
            switch families[name]?[labels] {
            case .histogram(let histogram): return histogram
            case .counter, .gauge: preconditionFailure("metrics: \(name) is two kinds of metric")
            case nil:
                let histogram = PrometheusHistogram()
                families[name, default: [:]][labels] = .histogram(histogram)
                return histogram
            }
        }
    }

    private func remove(_ handler: AnyObject) {
        families.withLock { families in
            for name in families.keys {
                families[name] = families[name]?.filter { _, series in
                    switch series {
                    case .counter(let value), .gauge(let value): value !== handler
                    case .histogram(let histogram): histogram !== handler
                    }
                }
            }
        }
    }

    /// `operation="Encrypt",outcome="Success"`
    private static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { name, value in
            var escaped = ""
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\\": escaped += "\\\\"
                case "\"": escaped += "\\\""
                case "\n": escaped += "\\n"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return "\(name)=\"\(escaped)\""
        }.joined(separator: ",")
    }
}
