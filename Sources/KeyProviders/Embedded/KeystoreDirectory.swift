internal import Glibc

/// The directory of a keystore, open, and the operations on names below it. Paths are bytes.
struct KeystoreDirectory: ~Copyable {
    let path: [UInt8]
    private let descriptor: Int32

    /// Opens a directory that is the user's own and nobody else's to enter.
    init(opening path: [UInt8]) throws(EmbeddedKeyServiceError) {
        let descriptor = unsafe Glibc.open(
            Self.cString(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: throw .missing
            case ENOTDIR: throw .wrongFileType(file: ".")
            default: throw .cannotAccess(file: ".", operation: "open", errno: errno)
            }
        }
        do throws(EmbeddedKeyServiceError) {
            try Self.requirePrivacy(of: descriptor, file: ".", type: S_IFDIR)
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.descriptor = descriptor
    }

    /// Makes the directory and those above it, for the owner alone, unless they are there.
    static func make(_ path: [UInt8]) throws(EmbeddedKeyServiceError) {
        if unsafe mkdir(cString(path), 0o700) == 0 || errno == EEXIST { return }
        let parent = Array(path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)])
        guard errno == ENOENT, !parent.isEmpty else {
            throw .cannotAccess(file: ".", operation: "mkdir", errno: errno)
        }
        try make(parent)
        guard unsafe mkdir(cString(path), 0o700) == 0 || errno == EEXIST else {
            throw .cannotAccess(file: ".", operation: "mkdir", errno: errno)
        }
    }

    deinit { close(descriptor) }

    func path(of name: String) -> [UInt8] { path + [UInt8(ascii: "/")] + Array(name.utf8) }

    /// Keeps other processes from making, completing or replacing the keystore, until this value
    /// goes away.
    func lock() throws(EmbeddedKeyServiceError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw failure(".", "flock") }
        }
    }

    func unlock() {
        let result = flock(descriptor, LOCK_UN)
        precondition(result == 0, "keystore: unlocking failed with errno \(errno)")
    }

    func contains(_ name: String) throws(EmbeddedKeyServiceError) -> Bool {
        var status = stat()
        if unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return true }
        guard errno == ENOENT else { throw failure(name, "fstatat") }
        return false
    }

    func makeDirectory(_ name: String) throws(EmbeddedKeyServiceError) {
        guard unsafe mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else {
            throw failure(name, "mkdir")
        }
    }

    /// A new file for its owner alone, written by `body` and on the medium when this returns.
    func write(
        _ name: String, _ body: (Int32) throws(EmbeddedKeyServiceError) -> Void
    ) throws(EmbeddedKeyServiceError) {
        let file = unsafe openat(
            descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw failure(name, "open") }
        defer { close(file) }
        guard fchmod(file, 0o600) == 0 else { throw failure(name, "fchmod") }
        try body(file)
        guard fsync(file) == 0 else { throw failure(name, "fsync") }
    }

    /// Lends the descriptor of a private file, opened for reading.
    func read<R: ~Copyable>(
        _ name: String, _ body: (Int32, _ byteCount: Int) throws(EmbeddedKeyServiceError) -> R
    ) throws(EmbeddedKeyServiceError) -> R {
        let file = unsafe openat(
            descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0)
        guard file >= 0 else {
            throw errno == ELOOP ? .wrongFileType(file: name) : failure(name, "open")
        }
        defer { close(file) }
        let byteCount = try Self.requirePrivacy(of: file, file: name, type: S_IFREG)
        return try body(file, byteCount)
    }

    func rename(_ old: String, to new: String) throws(EmbeddedKeyServiceError) {
        guard unsafe renameat(descriptor, old, descriptor, new) == 0 else {
            throw failure(old, "rename")
        }
    }

    /// Removes a file or an empty directory; not being there is as good.
    func remove(_ name: String, isDirectory: Bool = false) throws(EmbeddedKeyServiceError) {
        // A read-only file system says so even of what is not there.
        guard
            unsafe unlinkat(descriptor, name, isDirectory ? AT_REMOVEDIR : 0) == 0
                || errno == ENOENT
        else {
            let failure = failure(name, "unlink")
            if try contains(name) { throw failure }
            return
        }
    }

    /// Puts the names below this directory, or below a directory in it, on the medium.
    func synchronize(_ name: String = ".") throws(EmbeddedKeyServiceError) {
        let file = unsafe openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard file >= 0 else { throw failure(name, "open") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure(name, "fsync") }
    }

    @discardableResult
    private static func requirePrivacy(
        of descriptor: Int32, file: String, type: mode_t
    ) throws(EmbeddedKeyServiceError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .cannotAccess(file: file, operation: "fstat", errno: errno)
        }
        guard status.st_mode & S_IFMT == type else { throw .wrongFileType(file: file) }
        guard status.st_uid == geteuid() else { throw .notOwnedByUser(file: file) }
        guard status.st_mode & 0o077 == 0 else {
            throw .looserPermissions(file: file, mode: status.st_mode & 0o7777)
        }
        return Int(status.st_size)
    }

    private func failure(_ file: String, _ operation: String) -> EmbeddedKeyServiceError {
        .cannotAccess(file: file, operation: operation, errno: errno)
    }

    private static func cString(_ path: [UInt8]) -> [CChar] {
        (path + [0]).map { CChar(bitPattern: $0) }
    }
}
