internal import CLinux
internal import Glibc

/// A stream of bytes to and from another process of this machine.
///
/// One thread at a time reads and one writes; anybody may ``end()`` it.
package final class LocalSocket: Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Two ends of one stream; neither is handed on to a program that is started, but by
    /// ``ChildProgram``.
    package static func pair() throws(SystemError) -> (LocalSocket, LocalSocket) {
        var ends: [Int32] = [-1, -1]
        guard unsafe socketpair(AF_UNIX, SocketKind.stream, 0, &ends) == 0 else { throw .last }
        return (
            LocalSocket(Descriptor(owning: ends[0])), LocalSocket(Descriptor(owning: ends[1]))
        )
    }

    /// Reaches whoever listens under a name of the filesystem.
    package init(connectingTo path: FilePath) throws(SystemError) {
        let number = socket(AF_UNIX, SocketKind.stream, 0)
        guard number >= 0 else { throw .last }
        descriptor = Descriptor(owning: number)
        let address = try LocalAddress(path)
        guard unsafe address.withPointer({ unsafe connect(number, $0, $1) }) == 0 else {
            throw .last
        }
    }

    /// Takes over a descriptor that this program was started with.
    ///
    /// - Throws: ENOTSOCK where it is something else.
    package init(adopting number: Int32) throws(SystemError) {
        guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { throw .last }
        descriptor = Descriptor(owning: number)
        _ = try peerUser
    }

    /// Whose process made the other end, or listened there.
    package var peerUser: UInt32 {
        get throws(SystemError) {
            var user: UInt32 = 0
            guard unsafe coffer_peer_user(descriptor.number, &user) == 0 else { throw .last }
            return user
        }
    }

    /// Waits for something to read, or the end; false if there is neither in time.
    package func waitForInput(until deadline: ContinuousClock.Instant) -> Bool {
        // What else poll reports, a read does too.
        do throws(SystemError) {
            try wait(for: POLLIN, until: deadline)
            return true
        } catch { return error != .timedOut }
    }

    /// Fills `bytes`, or less at the end of the stream; returns how much.
    ///
    /// - Throws: ETIMEDOUT if that takes longer.
    package func read(
        into bytes: inout MutableRawSpan, until deadline: ContinuousClock.Instant? = nil
    ) throws(SystemError) -> Int {
        unsafe try bytes.withUnsafeMutableBytes { (buffer) throws(SystemError) -> Int in
            guard let deadline else { return unsafe try descriptor.read(into: buffer) }
            var done = 0
            while done < buffer.count {
                let count = unsafe recv(
                    descriptor.number, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                    Int32(MSG_DONTWAIT))
                if count == 0 { break }
                if count < 0 { try wait(for: POLLIN, after: .last, until: deadline) }
                done += max(count, 0)
            }
            return done
        }
    }

    /// Writes both, one after the other.
    ///
    /// - Throws: ETIMEDOUT if the other end does not take them in time.
    package func write(
        _ first: RawSpan, _ second: RawSpan, within timeout: Duration
    ) throws(SystemError) {
        let deadline = ContinuousClock.now + timeout
        try unsafe first.withUnsafeBytes { (first) throws(SystemError) in
            try unsafe second.withUnsafeBytes { (second) throws(SystemError) in
                var done = 0
                while done < first.count + second.count {
                    var parts = unsafe Descriptor.parts(first, second, after: done)
                    let sent = unsafe parts.withUnsafeMutableBufferPointer { parts in
                        var message = unsafe msghdr()
                        unsafe message.msg_iov = parts.baseAddress
                        unsafe message.msg_iovlen = parts.count
                        return unsafe sendmsg(
                            descriptor.number, &message, SocketKind.withoutSignalOrWait)
                    }
                    if sent < 0 { try wait(for: POLLOUT, after: .last, until: deadline) }
                    done += max(sent, 0)
                }
            }
        }
    }

    /// Both directions are over: reads at either end see the end of the stream, writes fail.
    package func end() { _ = shutdown(descriptor.number, Int32(SHUT_RDWR)) }

    private func wait(
        for event: Int32, until deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        while true {
            let left = deadline - .now
            guard left > .zero else { throw .timedOut }
            var waiting = pollfd(fd: descriptor.number, events: Int16(event), revents: 0)
            let count = unsafe poll(&waiting, 1, left.pollMilliseconds)
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .last }
        }
    }

    /// Before a call that failed with `error` is repeated.
    private func wait(
        for event: Int32, after error: SystemError, until deadline: ContinuousClock.Instant
    ) throws(SystemError) {
        switch error.number {
        case EINTR: return
        case EAGAIN: try wait(for: event, until: deadline)
        default: throw error
        }
    }
}

enum SocketKind {
    static let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    static let withoutSignalOrWait = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
}

extension Duration {
    /// For poll(2): at least 1, at most what it takes.
    var pollMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
