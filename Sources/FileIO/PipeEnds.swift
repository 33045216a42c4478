internal import CLinux
internal import Glibc

/// A new pipe, which no program that is started gets unless it is handed on.
struct PipeEnds: ~Copyable {
    let reader: Descriptor
    let writer: Descriptor

    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .last }
        let reader = Descriptor(owning: ends[0])
        let writer = Descriptor(owning: ends[1])
        guard fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0, fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
        else { throw .last }
        self.reader = reader
        self.writer = writer
    }
}
