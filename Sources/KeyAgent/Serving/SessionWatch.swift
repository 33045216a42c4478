/// When an agent that stays for the session forgets, and when it ends: decided without a clock.
package struct SessionWatch: Sendable {
    package enum Action: Equatable, Sendable { case none, lock, end }

    /// What two of the kernel's clocks say: only the second goes on while the machine sleeps.
    package struct Reading: Equatable, Sendable {
        package let monotonic: Duration
        package let boottime: Duration

        package init(monotonic: Duration, boottime: Duration) {
            self.monotonic = monotonic
            self.boottime = boottime
        }

        fileprivate var asleep: Duration { boottime - monotonic }
    }

    /// The two are not read at the same moment.
    private static let tolerance = Duration.seconds(1)

    private let idleLimit: Duration?
    private var asleep: Duration
    private var lastUse: Duration

    /// - Parameter idleLimit: how long nobody may ask before the agent ends; nil for as long as it
    ///   likes.
    package init(_ reading: Reading, idleLimit: Duration?) {
        self.idleLimit = idleLimit
        asleep = reading.asleep
        lastUse = reading.boottime
    }

    /// What to do now: whoever wakes a machine may be another than who put it to sleep.
    package mutating func check(_ reading: Reading) -> Action {
        if let idleLimit, reading.boottime - lastUse >= idleLimit { return .end }
        guard reading.asleep - asleep > Self.tolerance else { return .none }
        asleep = reading.asleep
        return .lock
    }

    package mutating func used(_ reading: Reading) { lastUse = reading.boottime }

    /// Until the idle limit; nil without one.
    package func idleLeft(_ reading: Reading) -> Duration? {
        idleLimit.map { max(.zero, $0 - (reading.boottime - lastUse)) }
    }
}

/// Where an agent of the session reads the time.
package protocol SessionClock: Sendable {
    func read() -> SessionWatch.Reading
}
