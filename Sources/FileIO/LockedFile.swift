internal import CLinux
internal import Glibc

/// A file that this process alone changes: opened, locked, and still the one that its name means.
struct LockedFile: ~Copyable {
    let descriptor: Descriptor
    /// Behind symbolic links.
    let path: FilePath
    let status: FileStatus
    /// A file that may not be written can still be replaced by a copy.
    let isWritable: Bool

    /// Without `followingLinks` a symbolic link fails with ELOOP.
    init(_ name: FilePath, followingLinks: Bool) throws(SystemError) {
        while true {
            let path = followingLinks ? try Self.resolved(name) : name
            let (number, isWritable) = try Self.open(path)
            let descriptor = Descriptor(owning: number)
            try Self.lock(descriptor)
            let status = try descriptor.status()
            // The lock may have come after another process put a new file under the name.
            guard try FileStatus(path, followingLinks: false).identity == status.identity else {
                continue
            }
            self.descriptor = descriptor
            self.path = path
            self.status = status
            self.isWritable = isWritable
            return
        }
    }

    consuming func intoInput(name: FileName) throws(SystemError) -> InputFile {
        try InputFile(descriptor, name: name)
    }

    private static func resolved(_ name: FilePath) throws(SystemError) -> FilePath {
        do throws(FileError) {
            return try OutputTarget.followingLinks(name)
        } catch {
            if case .cannotCreate(_, let reason) = error { throw reason }
            throw .noSuchFile
        }
    }

    private static func open(_ path: FilePath) throws(SystemError) -> (Int32, isWritable: Bool) {
        // O_NONBLOCK: a FIFO is refused, not waited for. It means nothing for a regular file.
        let flags = O_NONBLOCK | O_NOFOLLOW
        do throws(SystemError) {
            return (try Descriptor.openNumber(path, flags: O_RDWR | flags), true)
        } catch {
            switch error {
            case .accessDenied, .notPermitted, .readOnly:
                return (try Descriptor.openNumber(path, flags: O_RDONLY | flags), false)
            default: throw error
            }
        }
    }

    private static func lock(_ descriptor: borrowing Descriptor) throws(SystemError) {
        while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last
            guard error.number == EINTR else { throw error }
        }
    }
}
