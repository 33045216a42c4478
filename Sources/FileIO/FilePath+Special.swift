internal import Glibc

/// Names that are not those of a plain file on disk.
extension FilePath {
    private static let standardInputNames = ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
        .map { FilePath(text: $0) }

    /// Whether whoever opens this name reads standard input: it is one of its names, or that of the
    /// file, pipe or device that standard input is.
    ///
    /// By device and inode not where standard input is a terminal: a program may well read its data
    /// from the one window and a key from the other.
    package var isStandardInput: Bool {
        if Self.standardInputNames.contains(self) { return true }
        guard !Terminal.isTerminal(STDIN_FILENO) else { return false }
        do throws(SystemError) {
            return try FileStatus(descriptor: STDIN_FILENO).identity
                == FileStatus(self, followingLinks: true).identity
        } catch {
            // What cannot be looked at is told by whoever opens it.
            return false
        }
    }

    /// Whether this names a directory, or a link to one.
    package var isDirectory: Bool {
        (try? FileStatus(self, followingLinks: true))?.kind == .directory
    }

    /// Whether this is the name of a device or FIFO, which outputs are written to straight.
    package var isWrittenStraight: Bool {
        do throws(SystemError) {
            return try FileStatus(self, followingLinks: true).kind != .regular
        } catch { return false }
    }
}
