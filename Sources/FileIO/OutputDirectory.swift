internal import CLinux
internal import Glibc

/// The directory in which outputs appear, held open so that they appear in this one even if the name
/// of the directory moves.
package final class OutputDirectory: Sendable {
    let descriptor: Descriptor
    /// A directory that may be written and not read cannot be opened for fsync.
    private let canSynchronize: Bool

    /// Seen from `parent`, where that is given: then a link is none.
    init(_ path: FilePath, in parent: Int32? = nil) throws(SystemError) {
        let flags = O_DIRECTORY | (parent == nil ? 0 : O_NOFOLLOW)
        let from = parent ?? AT_FDCWD
        do throws(SystemError) {
            descriptor = try Descriptor(opening: path, in: from, flags: O_RDONLY | flags)
            canSynchronize = true
        } catch {
            guard error == .accessDenied else { throw error }
            descriptor = try Descriptor(opening: path, in: from, flags: coffer_o_path | flags)
            canSynchronize = false
        }
    }

    var number: Int32 { descriptor.number }

    /// Names made and removed so far survive a power cut afterwards.
    func synchronize() throws(SystemError) {
        if canSynchronize { try descriptor.synchronize() }
    }

    /// Everything that was written to the directory's file system so far survives a power cut
    /// afterwards: data, names, all of it.
    func synchronizeFileSystem() throws(SystemError) {
        // A descriptor of O_PATH is none to syncfs.
        guard canSynchronize else { throw .accessDenied }
        // A server in user space is told of an fsync, and not of a syncfs.
        guard coffer_is_in_user_space(number) == 0 else { throw SystemError(EOPNOTSUPP) }
        guard coffer_syncfs(number) == 0 else { throw .last }
    }

    /// What has the last component of `path` as its name here; a link is one.
    func existing(_ path: FilePath) throws(FileError) -> FileStatus? {
        do throws(SystemError) {
            return try FileStatus(path.lastComponent, in: number, followingLinks: false)
        } catch {
            if error == .noSuchFile { return nil }
            throw .cannotCreate(path, error)
        }
    }

    /// When the file of that name was modified; nothing if there is no regular one.
    package func modificationNanoseconds(of path: FilePath) throws(FileError) -> Int64? {
        guard let status = try existing(path), status.kind == .regular else { return nil }
        return status.modificationNanoseconds
    }

    /// Whether a directory has the last component of `path` as its name here.
    package func hasDirectory(_ path: FilePath) throws(FileError) -> Bool {
        try existing(path)?.kind == .directory
    }

    func removeName(_ name: FilePath) throws(SystemError) {
        guard unsafe name.withCString({ unsafe unlinkat(number, $0, 0) }) == 0 else { throw .last }
    }
}
