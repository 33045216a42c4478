internal import CLinux
internal import Glibc

/// Whole transfers: short counts, interruptions and descriptors that somebody else made non-blocking
/// are dealt with here and nowhere else.
extension Descriptor {
    /// Fills `buffer`, or less at the end of the input; returns how much.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try Self.transferring(buffer.count, number, POLLIN) { done in
            unsafe Glibc.read(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        }
    }

    /// The same, waiting no longer than until a cancellation: then ECANCELED.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, unless cancellation: borrowing ReadCancellation
    ) throws(SystemError) -> Int {
        try Self.transferring(buffer.count, number, POLLIN) { done in
            guard cancellation.waitForInput(number) else { return -1 }
            return unsafe Glibc.read(
                number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        }
    }

    /// The same from byte `offset` on; moves no shared position.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int {
        try Self.transferring(buffer.count, number, POLLIN) { done in
            unsafe pread(
                number, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                off_t(clamping: offset + UInt64(done)))
        }
    }

    func write(_ buffer: UnsafeRawBufferPointer) throws(SystemError) {
        let done = try Self.transferring(buffer.count, number, POLLOUT) { done in
            unsafe Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
        }
        guard done == buffer.count else { throw SystemError(EIO) }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        unsafe try bytes.span.bytes.withUnsafeBytes { (buffer) throws(SystemError) in
            unsafe try write(buffer)
        }
    }

    func write(_ buffer: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemError) {
        let done = try Self.transferring(buffer.count, number, POLLOUT) { done in
            unsafe pwrite(
                number, buffer.baseAddress?.advanced(by: done), buffer.count - done,
                off_t(clamping: offset + UInt64(done)))
        }
        guard done == buffer.count else { throw SystemError(EIO) }
    }

    /// Two buffers, one after the other, in one call where the kernel takes them at once.
    func write(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(SystemError) {
        let total = first.count + second.count
        let done = try Self.transferring(total, number, POLLOUT) { done in
            var parts = unsafe Self.parts(first, second, after: done)
            return unsafe writev(number, &parts, Int32(parts.count))
        }
        guard done == total else { throw SystemError(EIO) }
    }

    func write(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        let total = first.count + second.count
        let done = try Self.transferring(total, number, POLLOUT) { done in
            var parts = unsafe Self.parts(first, second, after: done)
            return unsafe pwritev(
                number, &parts, Int32(parts.count), off_t(clamping: offset + UInt64(done)))
        }
        guard done == total else { throw SystemError(EIO) }
    }

    static func parts(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, after done: Int
    ) -> [iovec] {
        let firstDone = min(done, first.count)
        let secondDone = done - firstDone
        return unsafe [
            iovec(
                iov_base: UnsafeMutableRawPointer(
                    mutating: first.baseAddress?.advanced(by: firstDone)),
                iov_len: first.count - firstDone),
            iovec(
                iov_base: UnsafeMutableRawPointer(
                    mutating: second.baseAddress?.advanced(by: secondDone)),
                iov_len: second.count - secondDone),
        ]
    }

    /// Calls `step` with what is done until `count` is, or `step` returns 0; returns what is done.
    private static func transferring(
        _ count: Int, _ number: Int32, _ event: Int32, _ step: (Int) -> Int
    ) throws(SystemError) -> Int {
        var done = 0
        while done < count {
            let moved = step(done)
            if moved > 0 {
                done += moved
            } else if moved == 0 {
                break
            } else {
                try waitOrThrow(SystemError.last, number, event)
            }
        }
        return done
    }

    private static func waitOrThrow(
        _ error: SystemError, _ number: Int32, _ event: Int32
    ) throws(SystemError) {
        switch error.number {
        case EINTR: return
        case EAGAIN:
            // A pipe shared with a program that set O_NONBLOCK (ssh, node): wait as if it had not.
            var waiting = pollfd(fd: number, events: Int16(event), revents: 0)
            guard unsafe poll(&waiting, 1, -1) >= 0 || errno == EINTR else { throw .last }
        default: throw error
        }
    }
}
