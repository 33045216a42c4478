internal import Glibc
internal import KMSDomain

/// One open file of the log, and what the operating system says about it. Owns its descriptor.
struct LogFile: ~Copyable {
    private let descriptor: Int32
    /// Which file it is, whatever its name.
    let device: dev_t
    let inode: ino_t

    /// Opens the file `name`, or makes it, for its owner alone.
    init(
        _ name: String, in directory: borrowing AuditDirectory, creating: Bool
    ) throws(AuditError) {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (creating ? O_CREAT : 0)
        try self.init(name, directory, flags) { status throws(AuditError) in
            guard status.st_uid == geteuid() else { throw .notOwnedByUser }
            guard status.st_mode & 0o077 == 0 else {
                throw .looserPermissions(mode: status.st_mode & 0o7777)
            }
        }
    }

    /// Opens the file for reading, whoever owns it: a verifier reads copies too.
    init(reading name: String, in directory: borrowing AuditDirectory) throws(AuditError) {
        // A FIFO in its place must not keep anybody waiting.
        try self.init(name, directory, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) { _ in }
    }

    private init(
        _ name: String, _ directory: borrowing AuditDirectory, _ flags: Int32,
        require: (stat) throws(AuditError) -> Void
    ) throws(AuditError) {
        let descriptor = unsafe openat(directory.descriptor, name, flags, 0o600)
        guard descriptor >= 0 else { throw Self.openingFailure(name) }
        do throws(AuditError) {
            let status = try Self.status(of: descriptor)
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(file: name) }
            try require(status)
            (device, inode) = (status.st_dev, status.st_ino)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func openingFailure(_ name: String) -> AuditError {
        // ENXIO: a socket, or a device without a driver.
        switch errno {
        case ELOOP, EISDIR, ENXIO: .notAFile(file: name)
        default: failure("open")
        }
    }

    private static func status(of descriptor: Int32) throws(AuditError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
        return status
    }

    /// - Throws: ``AuditError/removed`` if the file has no name any more.
    func byteCount() throws(AuditError) -> Int {
        let status = try Self.status(of: descriptor)
        guard status.st_nlink > 0 else { throw .removed }
        return Int(status.st_size)
    }

    /// Waits until no other process or object writes.
    func lock() throws(AuditError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw Self.failure("flock") }
        }
    }

    /// Waits until nobody writes; others may read at the same time.
    func lockForReading() throws(AuditError) {
        while flock(descriptor, LOCK_SH) != 0 {
            guard errno == EINTR else { throw Self.failure("flock") }
        }
    }

    func unlock() {
        let result = flock(descriptor, LOCK_UN)
        precondition(result == 0, "audit log: unlocking failed with errno \(errno)")
    }

    /// The bytes from `offset` on, `count` of them or up to the end.
    func read(at offset: Int, count: Int) throws(AuditError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    off_t(offset + filled))
            }
            if got == 0 { break }
            if got < 0 {
                guard errno == EINTR else { throw Self.failure("pread") }
                continue
            }
            filled += got
        }
        bytes.removeLast(count - filled)
        return bytes
    }

    /// Writes `bytes` at `offset` in one call, over `old`, which is all that the file has from there
    /// on. What a full disk leaves of them is taken back, and `old` is there again.
    func write(_ bytes: [UInt8], at offset: Int, over old: [UInt8] = []) throws(AuditError) {
        let written = unsafe pwrite(descriptor, bytes, bytes.count, off_t(offset))
        if written == bytes.count { return }
        let error = written < 0 ? errno : ENOSPC
        // The old bytes have their room already. Should they not go back even so, nothing is cut
        // off: a torn line is left, and recovered by the next writer.
        if written > 0, unsafe pwrite(descriptor, old, old.count, off_t(offset)) == old.count {
            ftruncate(descriptor, off_t(offset + old.count))
        }
        throw .cannotAccess(operation: "pwrite", errno: error)
    }

    /// Whether the filesystem has so much room left, and is written to.
    ///
    /// - Throws: ENOSPC or EROFS, as a write would.
    func requireRoom(_ byteCount: Int) throws(AuditError) {
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else { throw Self.failure("fstatvfs") }
        guard status.f_flag & UInt(ST_RDONLY) == 0 else {
            throw .cannotAccess(operation: "pwrite", errno: EROFS)
        }
        guard status.f_bavail >= (UInt(byteCount) / max(1, status.f_frsize)) + 1 else {
            throw .cannotAccess(operation: "pwrite", errno: ENOSPC)
        }
    }

    func truncate(to byteCount: Int) throws(AuditError) {
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw Self.failure("ftruncate") }
    }

    func synchronize() throws(AuditError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure("fdatasync") }
    }

    private static func failure(_ operation: String) -> AuditError {
        .cannotAccess(operation: operation, errno: errno)
    }
}
