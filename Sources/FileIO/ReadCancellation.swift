internal import CLinux
internal import Glibc

/// Wakes threads that wait for input which may never come, as of a producer that has stalled.
struct ReadCancellation: ~Copyable, Sendable {
    /// Readable from the cancellation on, for ever.
    private let event: Descriptor

    init() throws(SystemError) {
        let number = coffer_eventfd()
        guard number >= 0 else { throw .last }
        event = Descriptor(owning: number)
    }

    func cancel() {
        var one: UInt64 = 1
        // Fails only where the counter is full: readable it is then too.
        _ = unsafe write(event.number, &one, MemoryLayout<UInt64>.size)
    }

    /// Waits until `number` has something to read or its end. False with `errno` set if that cannot
    /// be, or is no longer wanted (ECANCELED).
    func waitForInput(_ number: Int32) -> Bool {
        var waiting = [
            pollfd(fd: number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: event.number, events: Int16(POLLIN), revents: 0),
        ]
        guard unsafe poll(&waiting, 2, -1) >= 0 else { return false }
        guard waiting[1].revents == 0 else {
            errno = ECANCELED
            return false
        }
        return true
    }
}
