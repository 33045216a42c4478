internal import Dispatch
package import KMSDomain
package import KMSService
package import Logging
internal import ServiceLifecycle

/// Has done what becomes due while nobody calls: keys are rotated and destroyed on their day, and what
/// keys were used for gets into the store.
///
/// Several servers of one keystore may each have one: the service does each thing once. How long it
/// waits is measured by a clock that nobody sets.
package struct DueWorkTimer: Service {
    /// When the clock was set, or another server has made something due, it is seen after this.
    private static let longestWaitInMilliseconds: Int64 = 10_000
    private static let shortestWaitInMilliseconds: Int64 = 500

    private let service: KMSService
    private let clock: any WallClock
    private let requireRoot: @Sendable () throws(RootOfTrustError) -> Void
    private let logger: Logger
    /// The work waits for a medium.
    private let queue = DispatchQueue(label: "cofferd.due-work")

    /// - Parameter requireRoot: throws if the keystore's root does not answer.
    package init(
        service: KMSService, clock: any WallClock,
        requireRoot: @escaping @Sendable () throws(RootOfTrustError) -> Void, logger: Logger
    ) {
        self.service = service
        self.clock = clock
        self.requireRoot = requireRoot
        self.logger = logger
    }

    /// - Throws: ``RootOfTrustError/lost``: nothing of the keystore can be used in this process.
    package func run() async throws { try await queue.repeating(performNow) }

    /// Milliseconds until it is to be done again.
    private func performNow() throws(RootOfTrustError) -> Int64 {
        do throws(RootOfTrustError) { try requireRoot() } catch {
            logger.error("no root of trust", metadata: ["cause": "\(error)"])
            if error == .lost { throw error }
        }
        do throws(KMSServiceError) {
            return Self.wait(until: try service.performDueWork(), now: clock.now())
        } catch {
            // Whoever calls is told the same; here it is tried again.
            logger.error("due work failed", metadata: ["cause": "\(error)"])
            return Self.longestWaitInMilliseconds
        }
    }

    static func wait(until due: Timestamp?, now: Timestamp) -> Int64 {
        guard let due else { return longestWaitInMilliseconds }
        let (wait, overflows) = due.millisecondsSince1970.subtractingReportingOverflow(
            now.millisecondsSince1970)
        return overflows
            ? longestWaitInMilliseconds
            : min(max(wait, shortestWaitInMilliseconds), longestWaitInMilliseconds)
    }
}
