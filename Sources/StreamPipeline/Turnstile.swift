internal import Dispatch
internal import Synchronization

/// Lets indices through one at a time and in order.
///
/// At most `width` indices are under way, and they are consecutive, so gate `index % width` has one
/// waiter at most. Gate 0 stands open at the beginning; each index opens the next one's gate.
struct Turnstile: Sendable {
    private final class Closed: Sendable { let flag = Atomic(false) }

    private let gates: [DispatchSemaphore]
    private let closed = Closed()

    init(width: Int) {
        // Created at 0 and signalled: a semaphore freed below its first value traps.
        gates = (0..<width).map { _ in DispatchSemaphore(value: 0) }
        gates[0].signal()
    }

    /// Waits for the turn of `index`. False if the turnstile was closed: the turn never comes.
    func wait(for index: UInt64) -> Bool {
        gates[Int(index % UInt64(gates.count))].wait()
        return !closed.flag.load(ordering: .acquiring)
    }

    func pass(after index: UInt64) {
        gates[Int((index + 1) % UInt64(gates.count))].signal()
    }

    func close() {
        closed.flag.store(true, ordering: .releasing)
        for gate in gates { gate.signal() }
    }
}
