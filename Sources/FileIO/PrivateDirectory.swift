internal import Glibc

/// A directory that only its owner enters: where the key service keeps its state.
package enum PrivateDirectory {
    /// Makes `path` and what is missing above it, 0700 each; checks what is there.
    ///
    /// - Throws: ``FileError/cannotCreate(_:_:)``; ``FileError/notOwner(_:owner:)`` and
    ///   ``FileError/loosePermissions(_:mode:)`` for a directory that is there and open to others.
    package static func create(_ path: FilePath) throws(FileError) {
        do throws(SystemError) {
            try make(path)
        } catch {
            throw .cannotCreate(path, error)
        }
        try check(path)
    }

    package static func check(_ path: FilePath) throws(FileError) {
        let status: FileStatus
        do throws(SystemError) {
            status = try FileStatus(path, followingLinks: true)
        } catch {
            throw .cannotOpen(.path(path), error)
        }
        guard status.kind == .directory else {
            throw .cannotOpen(.path(path), SystemError(ENOTDIR))
        }
        guard status.owner == geteuid() || status.owner == 0 else {
            throw .notOwner(path, owner: status.owner)
        }
        guard status.mode & Protection.othersCannotRead.forbidden == 0 else {
            throw .loosePermissions(path, mode: status.mode)
        }
    }

    private static func make(_ path: FilePath) throws(SystemError) {
        if unsafe path.withCString({ unsafe mkdir($0, 0o700) }) == 0 { return }
        switch errno {
        case EEXIST: return
        case ENOENT where path.directory != path && path.bytes.count > 1:
            try make(path.directory)
            guard unsafe path.withCString({ unsafe mkdir($0, 0o700) }) == 0 || errno == EEXIST
            else {
                throw .last
            }
        default: throw .last
        }
    }
}
