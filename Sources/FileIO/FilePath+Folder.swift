internal import Glibc

/// Names of folders that are made or filled.
extension FilePath {
    /// The name itself where the last part is `.` or `..`, which no folder can be called.
    package var resolvingDots: FilePath {
        let last = lastComponent.bytes
        guard last.isEmpty || last == Array(".".utf8) || last == Array("..".utf8),
            let resolved = unsafe withCString({ unsafe realpath($0, nil) })
        else { return self }
        defer { unsafe free(resolved) }
        let count = unsafe strlen(resolved)
        return FilePath(bytes: unsafe Array(UnsafeRawBufferPointer(start: resolved, count: count)))
    }

    /// Whether something has the name that is no empty folder.
    package var isTaken: Bool {
        get throws(FileError) {
            do throws(SystemError) {
                guard try FileStatus(self, followingLinks: false).kind == .directory else {
                    return true
                }
                var reader = try DirectoryReader(self, followingLinks: false)
                return try reader.next() != nil
            } catch {
                guard error == .noSuchFile else { throw .cannotCreate(self, error) }
                return false
            }
        }
    }

    /// Makes the folder, if it is not there.
    package func makeDirectory() throws(FileError) {
        let result = unsafe withCString { unsafe mkdir($0, 0o777) }
        guard result == 0 || errno == EEXIST else { throw .cannotCreate(self, .last) }
    }
}
