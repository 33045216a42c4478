internal import Glibc

/// CLOCK_MONOTONIC and CLOCK_BOOTTIME.
package struct KernelSessionClock: SessionClock {
    package init() {}

    package func read() -> SessionWatch.Reading {
        SessionWatch.Reading(
            monotonic: Self.time(CLOCK_MONOTONIC), boottime: Self.time(CLOCK_BOOTTIME))
    }

    private static func time(_ clock: clockid_t) -> Duration {
        var time = timespec()
        let result = unsafe clock_gettime(clock, &time)
        precondition(result == 0, "agent: the kernel has no clock \(clock)")
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
