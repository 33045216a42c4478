/// How often and after what waits a request is sent again: exponential, with full jitter, so that
/// many clients that failed together do not come back together.
package struct RetryPolicy: Equatable, Sendable {
    package let attempts: Int
    /// The upper bound of the first wait; it doubles with each.
    package let firstWait: Duration
    package let longestWait: Duration

    package static let standard = RetryPolicy(
        attempts: 4, firstWait: .milliseconds(200), longestWait: .seconds(5))

    package init(attempts: Int, firstWait: Duration, longestWait: Duration) {
        self.attempts = attempts
        self.firstWait = firstWait
        self.longestWait = longestWait
    }

    /// How long to wait after the attempt of that number, from 1; nothing after the last one, or
    /// where the wait would outlast `left`.
    func wait(afterAttempt attempt: Int, random: Double, left: Duration) -> Duration? {
        guard attempt < attempts else { return nil }
        let bound = min(longestWait, firstWait * (1 << min(attempt - 1, 20)))
        let wait = bound * random
        return wait < left ? wait : nil
    }
}
