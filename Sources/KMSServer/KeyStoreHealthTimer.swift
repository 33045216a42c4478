internal import CoreMetrics
internal import Dispatch
internal import KMSDomain
package import KMSService
package import Logging
internal import ServiceLifecycle
internal import Synchronization

/// Asks the proxies of external key stores every minute whether keys can be used there, for the metric
/// `cofferd_key_store_healthy` and for the log.
///
/// Nobody is refused by it: a store stays connected until it is disconnected, as at AWS.
package final class KeyStoreHealthTimer: Service {
    private static let intervalInMilliseconds: Int64 = 60_000

    private struct Series {
        let meter: Meter
        var failure: ConnectionFailure?
    }

    private let service: KMSService
    private let metrics: PrometheusRegistry
    private let logger: Logger
    /// A slow proxy keeps only the others from being asked.
    private let queue = DispatchQueue(label: "cofferd.key-store-health")
    private let series = Mutex<[String: Series]>([:])

    package init(service: KMSService, metrics: PrometheusRegistry, logger: Logger) {
        self.service = service
        self.metrics = metrics
        self.logger = logger
    }

    package func run() async throws {
        try await queue.repeating { [self] in
            do throws(KMSServiceError) {
                tell(try service.checkKeyStoreHealth())
            } catch {
                logger.error("key stores not asked", metadata: ["cause": "\(error)"])
            }
            return Self.intervalInMilliseconds
        }
    }

    /// - Parameter found: of all that are connected; others have no series.
    func tell(_ found: [KeyStoreHealth]) {
        series.withLock { series in
            for id in Set(series.keys).subtracting(found.map(\.id)) {
                series.removeValue(forKey: id)?.meter.destroy()
            }
            for one in found {
                let known = series[one.id]
                let meter =
                    known?.meter
                    ?? Meter(
                        label: "cofferd_key_store_healthy", dimensions: [("store", one.id)],
                        factory: metrics)
                meter.set(one.failure == nil ? 1 : 0)
                if one.failure != known?.failure { log(one) }
                series[one.id] = Series(meter: meter, failure: one.failure)
            }
        }
    }

    private func log(_ health: KeyStoreHealth) {
        if let failure = health.failure {
            logger.warning(
                "key store not healthy",
                metadata: ["store": "\(health.id)", "cause": "\(failure.rawValue)"])
        } else {
            logger.notice("key store healthy again", metadata: ["store": "\(health.id)"])
        }
    }
}
