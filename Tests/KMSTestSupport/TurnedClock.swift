package import KMSDomain
internal import Synchronization

/// A clock that stands still until it is turned.
package final class TurnedClock: WallClock {
    package static let start = Timestamp(millisecondsSince1970: 1_800_000_000_000)

    private let time = Mutex(TurnedClock.start)

    package init() {}

    package func now() -> Timestamp { time.withLock { $0 } }

    package func advance(days: Int) { time.withLock { $0 = $0.adding(days: days) } }

    package func advance(seconds: Int) { time.withLock { $0 = $0.adding(seconds: seconds) } }
}
