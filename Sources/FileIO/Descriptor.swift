internal import CLinux
internal import Glibc

/// The one owner of an open file descriptor: closed when it goes, unless it was only lent.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32
    private let isOwned: Bool

    /// Takes over `number` and closes it in the end.
    init(owning number: Int32) {
        self.number = number
        isOwned = true
    }

    /// Uses a descriptor of the process, such as standard input, and leaves it open.
    init(borrowing number: Int32) {
        self.number = number
        isOwned = false
    }

    /// Opens a name, seen from `directory`; never handed on to a program that is started.
    init(
        opening path: FilePath, in directory: Int32 = AT_FDCWD, flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) {
        self.init(owning: try Self.openNumber(path, in: directory, flags: flags, mode: mode))
    }

    static func openNumber(
        _ path: FilePath, in directory: Int32 = AT_FDCWD, flags: Int32, mode: UInt32 = 0
    ) throws(SystemError) -> Int32 {
        while true {
            let number = unsafe path.withCString {
                unsafe coffer_openat(directory, $0, flags | O_CLOEXEC | O_NOCTTY, mode)
            }
            if number >= 0 { return number }
            // Opening a FIFO waits for its other end, and may be interrupted.
            let error = SystemError.last
            guard error.number == EINTR else { throw error }
        }
    }

    // What close reports was reported by fsync where it matters.
    deinit { if isOwned { _ = Glibc.close(number) } }

    func status() throws(SystemError) -> FileStatus { try FileStatus(descriptor: number) }

    /// Everything written so far is on the disk afterwards.
    func synchronize() throws(SystemError) {
        while fsync(number) != 0 {
            let error = SystemError.last
            guard error.number == EINTR else { throw error }
        }
    }

    /// Asks for 1 MiB of pipe, which halves the time of a pipe to pipe run; no pipe and a kernel that
    /// says no are as good as before.
    func enlargePipe() { _ = coffer_set_pipe_size(number, 1 << 20) }

    /// A second owned descriptor of the same open file.
    func duplicate() throws(SystemError) -> Descriptor {
        let copy = coffer_duplicate(number)
        guard copy >= 0 else { throw .last }
        return Descriptor(owning: copy)
    }
}
