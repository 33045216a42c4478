internal import CLinux
internal import Glibc
internal import Synchronization

/// Something to read: a file by name, or standard input.
///
/// A regular file is read by position, by several threads at once where they like; its size is the
/// one it had when opened. Everything else (pipes, terminals, devices, the files of /proc that say
/// they are empty) is a stream: read once, in order, by one thread at a time.
package final class InputFile: Sendable {
    package enum Kind: Equatable, Sendable {
        /// `byteCount` bytes from where the input starts.
        case regular(byteCount: UInt64)
        case stream
    }

    package let name: FileName
    package let kind: Kind
    package let identity: FileIdentity
    /// The permission bits of the file, 0…0o7777.
    package let mode: UInt32
    package let owner: UInt32
    package let modificationNanoseconds: Int64
    package let isRegularFile: Bool

    let descriptor: Descriptor
    /// Where the input starts in its file: 0 by name; standard input may come with an offset.
    let start: UInt64
    /// How much of a regular file ``read(into:)`` has claimed.
    private let claimed = Mutex<UInt64>(0)
    /// What was looked at of a stream and not taken yet.
    private let peeked = Mutex(Peeked())
    /// All of a small file, read when it was opened: for whoever reads it in many pieces.
    private let held: [UInt8]?
    /// Of a stream.
    private let cancellation: ReadCancellation?

    private struct Peeked {
        var bytes: ArraySlice<UInt8> = []
        /// Nothing comes after them; a terminal would be asked again.
        var isAll = false
    }

    /// Opens a file, FIFO or device for reading. Opening a FIFO waits for its writer.
    ///
    /// A file of no more than `heldByteCount` is read at once.
    package convenience init(path: FilePath, holding heldByteCount: Int = 0) throws(FileError) {
        do throws(SystemError) {
            try self.init(
                Descriptor(opening: path, flags: O_RDONLY), name: .path(path), isFresh: true,
                holding: heldByteCount)
        } catch {
            throw .cannotOpen(.path(path), error)
        }
        try refuseDirectory()
    }

    /// Opens a regular file that was found in a tree: a link that came in its place is not followed, a
    /// FIFO not waited for.
    package convenience init(
        found path: FilePath, holding heldByteCount: Int = 0
    ) throws(FileError) {
        do throws(SystemError) {
            try self.init(
                Descriptor(opening: path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
                name: .path(path), isFresh: true, holding: heldByteCount)
        } catch {
            throw error.number == ELOOP ? .notRegular(.path(path)) : .cannotOpen(.path(path), error)
        }
        guard isRegularFile else { throw .notRegular(.path(path)) }
    }

    /// Standard input, from the offset at which it comes.
    package static func standardInput() throws(FileError) -> InputFile {
        let file: InputFile
        do throws(SystemError) {
            file = try InputFile(Descriptor(borrowing: STDIN_FILENO), name: .standardInput)
        } catch {
            throw .cannotOpen(.standardInput, error)
        }
        try file.refuseDirectory()
        return file
    }

    /// An open descriptor that somebody else owns, from the offset at which it comes.
    package convenience init(borrowing number: Int32) throws(FileError) {
        do throws(SystemError) {
            try self.init(Descriptor(borrowing: number), name: .descriptor(number))
        } catch {
            throw .cannotOpen(.descriptor(number), error)
        }
        try refuseDirectory()
    }

    private let isDirectory: Bool

    /// Of files up to so many bytes nothing is told to the kernel, which reads as much ahead anyway.
    private static let smallByteCount: UInt64 = 128 << 10

    /// - Parameter isFresh: nobody has moved its offset.
    init(
        _ descriptor: consuming Descriptor, name: FileName, isFresh: Bool = false,
        holding heldByteCount: Int = 0
    ) throws(SystemError) {
        let status = try descriptor.status()
        let offset = isFresh ? 0 : lseek(descriptor.number, 0, SEEK_CUR)
        let start = status.kind == .regular ? UInt64(max(0, offset)) : 0
        // A size of 0 says nothing: the files of /proc have contents all the same.
        kind =
            status.kind == .regular && status.byteCount > 0
            ? .regular(byteCount: status.byteCount - min(start, status.byteCount)) : .stream
        self.name = name
        self.start = start
        identity = status.identity
        mode = status.mode
        owner = status.owner
        modificationNanoseconds = status.modificationNanoseconds
        isRegularFile = status.kind == .regular
        isDirectory = status.kind == .directory
        if status.kind == .regular {
            if status.byteCount > Self.smallByteCount {
                _ = posix_fadvise(descriptor.number, offset, 0, POSIX_FADV_SEQUENTIAL)
            }
        } else {
            descriptor.enlargePipe()
        }
        held =
            status.kind == .regular && status.byteCount <= heldByteCount
            ? try Self.content(of: descriptor, byteCount: Int(status.byteCount)) : nil
        self.descriptor = descriptor
        cancellation = kind == .stream ? try ReadCancellation() : nil
    }

    /// Nothing of a file that has become shorter: whoever reads it is told so.
    private static func content(
        of descriptor: borrowing Descriptor, byteCount: Int
    ) throws(SystemError) -> [UInt8]? {
        guard byteCount > 0 else { return nil }
        var failure: SystemError?
        let number = descriptor.number
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            do throws(SystemError) {
                count = unsafe try Descriptor(borrowing: number)
                    .read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes.count == byteCount ? bytes : nil
    }

    private func refuseDirectory() throws(FileError) {
        if isDirectory { throw .isDirectory(name) }
    }

    package var isTerminal: Bool { isatty(descriptor.number) == 1 }

    /// Fills `bytes` with what comes next and returns how much came: less than asked for is the end,
    /// after which nobody asks again.
    ///
    /// - Throws: ``FileError/shrank(_:expected:endedAt:)`` if a regular file was cut meanwhile.
    package func read(into bytes: inout MutableRawSpan) throws(FileError) -> Int {
        switch kind {
        case .regular(let byteCount):
            let wanted = UInt64(bytes.byteCount)
            let (offset, count) = claimed.withLock { claimed in
                let count = min(wanted, byteCount - claimed)
                defer { claimed += count }
                return (claimed, count)
            }
            try read(into: &bytes, count: Int(count), at: offset, expected: byteCount)
            return Int(count)
        case .stream:
            let (taken, isAll) = peeked.withLock { peeked in
                let taken = peeked.bytes.prefix(bytes.byteCount)
                peeked.bytes = peeked.bytes.dropFirst(taken.count)
                return (taken, peeked.isAll)
            }
            return unsafe try bytes.withUnsafeMutableBytes { (buffer) throws(FileError) -> Int in
                unsafe buffer.copyBytes(from: taken)
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[taken.count...])
                return taken.count + (isAll ? 0 : unsafe try readStream(into: rest))
            }
        }
    }

    /// The next `byteCount` bytes of a stream, or all there are; whoever reads gets them again.
    package func peek(byteCount: Int) throws(FileError) -> [UInt8] {
        precondition(kind == .stream, "input: a regular file is looked at by position")
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var span = bytes.mutableSpan
        var room = unsafe span.mutableBytes
        bytes.removeSubrange(try read(into: &room)...)
        peeked.withLock { $0 = Peeked(bytes: bytes[...], isAll: bytes.count < byteCount) }
        return bytes
    }

    /// Makes every read of a stream fail from now on, those that wait for a stalled producer too.
    package func cancelReads() {
        switch cancellation {
        case .some(let cancellation): cancellation.cancel()
        case nil: break
        }
    }

    private func readStream(
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(FileError) -> Int {
        do throws(SystemError) {
            switch cancellation {
            case .some(let cancellation):
                return unsafe try descriptor.read(into: buffer, unless: cancellation)
            case nil: preconditionFailure("input: a stream that cannot be cancelled")
            }
        } catch {
            throw readError(error)
        }
    }

    /// Fills all of `bytes` from byte `offset` of a regular input, which has to hold that much.
    ///
    /// Moves no position that others share: several threads may call it.
    ///
    /// - Throws: ``FileError/notSeekable(_:)`` for a stream;
    ///   ``FileError/shrank(_:expected:endedAt:)`` if the file was cut meanwhile.
    package func read(into bytes: inout MutableRawSpan, at offset: UInt64) throws(FileError) {
        guard case .regular(let byteCount) = kind else { throw .notSeekable(name) }
        precondition(
            offset <= byteCount && UInt64(bytes.byteCount) <= byteCount - offset,
            "input: read past the size that the file had when opened")
        try read(into: &bytes, count: bytes.byteCount, at: offset, expected: byteCount)
    }

    /// Whether a regular file has become longer since it was opened: what was added is not read.
    package func hasGrown() throws(FileError) -> Bool {
        guard case .regular(let byteCount) = kind else { return false }
        do throws(SystemError) {
            return try descriptor.status().byteCount > start + byteCount
        } catch {
            throw readError(error)
        }
    }

    private func read(
        into bytes: inout MutableRawSpan, count: Int, at offset: UInt64, expected: UInt64
    ) throws(FileError) {
        if let held {
            let first = Int(offset)
            unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe buffer.copyBytes(from: held[first..<first + count])
            }
            return
        }
        let done: Int
        do throws(SystemError) {
            done = unsafe try bytes.withUnsafeMutableBytes { (buffer) throws(SystemError) -> Int in
                unsafe try descriptor.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]),
                    at: start + offset)
            }
        } catch {
            throw readError(error)
        }
        guard done == count else {
            throw .shrank(name, expected: expected, endedAt: offset + UInt64(done))
        }
    }

    private func readError(_ error: SystemError) -> FileError {
        // read(2) on a directory that was opened all the same, as standard input may be.
        error == .isDirectory ? .isDirectory(name) : .readFailed(name, error)
    }
}
