internal import Glibc

/// Moves a name to another directory.
enum DirectoryMove {
    /// A directory that its owner may not write cannot be moved, as its `..` changes: it may be for
    /// that moment.
    static func rename(
        _ source: FilePath, in from: Int32, to target: FilePath,
        _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
    ) throws(SystemError) {
        func attempt() -> Int32 {
            unsafe source.withCString { source in
                unsafe target.withCString { unsafe body(source, $0) }
            }
        }
        if attempt() == 0 { return }
        let error = SystemError.last
        guard error == .accessDenied else { throw error }
        let status = try FileStatus(source, in: from, followingLinks: false)
        guard status.kind == .directory, status.mode & 0o200 == 0 else { throw error }
        let directory = try Descriptor(
            opening: source, in: from, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        guard fchmod(directory.number, status.mode | 0o200) == 0 else { throw .last }
        let result = attempt()
        let second = SystemError.last
        guard fchmod(directory.number, status.mode) == 0 else { throw .last }
        guard result == 0 else { throw second }
    }
}
