internal import CLinux
internal import Glibc

/// A pipe within this process: what one thread writes another reads.
package enum Pipe {
    /// The reader sees the end when the writer has been let go of.
    package static func make() throws(FileError) -> (reader: InputFile, writer: OutputFile) {
        var ends: [Int32] = [-1, -1]
        do throws(SystemError) {
            guard unsafe pipe(&ends) == 0 else { throw .last }
            let reader = Descriptor(owning: ends[0])
            let writer = Descriptor(owning: ends[1])
            guard fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0,
                fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0
            else { throw .last }
            return (try InputFile(reader, name: .standardInput), OutputFile(pipe: writer))
        } catch { throw .cannotOpen(.standardInput, error) }
    }
}
