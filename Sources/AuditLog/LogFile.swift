internal import Glibc
internal import KMSDomain

/// One open file of the log, and what the operating system says about it. Owns its descriptor.
struct LogFile: ~Copyable {
    private let descriptor: Int32

    /// Opens the file at `path`, or makes it, for its owner alone.
    init(path: [UInt8], creating: Bool) throws(AuditError) {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (creating ? O_CREAT : 0)
        let descriptor = unsafe open(Self.cString(path), flags, 0o600)
        guard descriptor >= 0 else {
            throw Self.openingFailure(path)
        }
        do throws(AuditError) {
            try Self.requirePrivacy(of: descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Opens the file for reading, whoever owns it: a verifier reads copies too.
    init(readingPath path: [UInt8]) throws(AuditError) {
        // A FIFO in its place must not keep anybody waiting.
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = unsafe open(Self.cString(path), flags, 0)
        guard descriptor >= 0 else { throw Self.openingFailure(path) }
        do throws(AuditError) {
            try Self.requireRegular(Self.status(of: descriptor), path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func requirePrivacy(of descriptor: Int32, _ path: [UInt8]) throws(AuditError) {
        let status = try status(of: descriptor)
        try requireRegular(status, path)
        guard status.st_uid == geteuid() else { throw .notOwnedByUser }
        guard status.st_mode & 0o077 == 0 else {
            throw .looserPermissions(mode: status.st_mode & 0o7777)
        }
    }

    private static func requireRegular(_ status: stat, _ path: [UInt8]) throws(AuditError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(file: name(path)) }
    }

    private static func openingFailure(_ path: [UInt8]) -> AuditError {
        // ENXIO: a socket, or a device without a driver.
        switch errno {
        case ELOOP, EISDIR, ENXIO: .notAFile(file: name(path))
        default: failure("open")
        }
    }

    /// The last part of a path: one of this room's own names.
    private static func name(_ path: [UInt8]) -> String {
        String(decoding: path.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
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

    /// Writes `bytes` at `offset` in one call. What a full disk leaves of them is cut off again.
    func write(_ bytes: [UInt8], at offset: Int) throws(AuditError) {
        let written = unsafe pwrite(descriptor, bytes, bytes.count, off_t(offset))
        if written == bytes.count { return }
        let error = written < 0 ? errno : ENOSPC
        if written > 0 {
            // If this fails too, a torn line is left, and recovered by the next writer.
            ftruncate(descriptor, off_t(offset))
        }
        throw .cannotAccess(operation: "pwrite", errno: error)
    }

    func truncate(to byteCount: Int) throws(AuditError) {
        guard ftruncate(descriptor, off_t(byteCount)) == 0 else { throw Self.failure("ftruncate") }
    }

    func synchronize() throws(AuditError) {
        guard fdatasync(descriptor) == 0 else { throw Self.failure("fdatasync") }
    }

    static func rename(_ source: [UInt8], to target: [UInt8]) throws(AuditError) {
        guard unsafe Glibc.rename(cString(source), cString(target)) == 0 else {
            throw failure("rename")
        }
    }

    static func exists(_ path: [UInt8]) -> Bool { unsafe access(cString(path), F_OK) == 0 }

    private static func failure(_ operation: String) -> AuditError {
        .cannotAccess(operation: operation, errno: errno)
    }

    private static func cString(_ path: [UInt8]) -> [CChar] {
        (path + [0]).map { CChar(bitPattern: $0) }
    }
}
