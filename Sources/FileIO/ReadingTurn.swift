internal import CLinux
internal import Glibc

/// Which of several threads reads from a socket: when something arrives, one of those that wait here is
/// woken, and no other before it has passed the turn on.
///
/// The kernel wakes the thread that began to wait last, so with one request at a time it is always
/// the same, and no thread wakes another, which takes about as long as a token needs for a wrap.
package final class ReadingTurn: Sendable {
    private let socket: LocalSocket
    private let queue: Descriptor

    package init(_ socket: LocalSocket) throws(SystemError) {
        let number = coffer_epoll_make(socket.descriptor.number)
        guard number >= 0 else { throw .last }
        self.socket = socket
        queue = Descriptor(owning: number)
    }

    /// Waits until there is something to read, or the end, and nobody else has the turn.
    package func take() {
        while coffer_epoll_wait(queue.number) != 1 {
            precondition(errno == EINTR, "reading turn: epoll_wait failed with errno \(errno)")
        }
    }

    /// Whatever is left to read, be it the end, wakes another.
    package func passOn() {
        let result = coffer_epoll_arm(queue.number, socket.descriptor.number)
        precondition(result == 0, "reading turn: epoll_ctl failed with errno \(errno)")
    }
}
