internal import Glibc

/// The clock, the waiting and the dice of everything that asks again or expires.
package struct TimeSource: Sendable {
    /// Seconds since 1970.
    package let now: @Sendable () -> Double
    package let sleep: @Sendable (Duration) -> Void
    /// 0…1, evenly.
    package let random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Duration) -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    package static let system = TimeSource(
        now: {
            var time = timespec()
            let result = unsafe clock_gettime(CLOCK_REALTIME, &time)
            precondition(result == 0, "time: the clock cannot be read")
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        },
        sleep: { duration in
            let (seconds, attoseconds) = duration.components
            var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var rest = timespec()
            while unsafe nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
        },
        random: { Double.random(in: 0...1) })
}
