internal import Glibc
internal import KMSDomain

/// The files of a database on disk: whose they are and who may read them. Paths are bytes.
enum StoreFile {
    /// Makes an empty file that only its owner can open; never takes over an existing one.
    static func create(at path: [UInt8]) throws(KeyStoreError) {
        let descriptor = unsafe open(
            cString(path), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("open", isCreating: true) }
        defer { close(descriptor) }
        // The umask may have taken bits away; SQLite gives its side files the same mode.
        guard fchmod(descriptor, 0o600) == 0 else { throw failure("fchmod") }
    }

    /// Refuses a database, or a side file of it, that others could read or change. Opens nothing.
    static func requirePrivacy(at path: [UInt8]) throws(KeyStoreError) -> OpenDatabases.Identity {
        for suffix in ["-wal", "-shm"] {
            do throws(KeyStoreError) {
                _ = try identity(at: path + Array(suffix.utf8))
            } catch .missing {
                continue
            }
        }
        return try identity(at: path)
    }

    private static func identity(
        at path: [UInt8]
    ) throws(KeyStoreError) -> OpenDatabases.Identity {
        var status = stat()
        guard unsafe lstat(cString(path), &status) == 0 else { throw failure("lstat") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_uid == geteuid() else { throw .notOwnedByUser }
        guard status.st_mode & 0o077 == 0 else {
            throw .looserPermissions(mode: status.st_mode & 0o7777)
        }
        return OpenDatabases.Identity(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// The first 100 bytes, fewer of a shorter file. Closes a descriptor of the file: see
    /// ``OpenDatabases``.
    static func header(at path: [UInt8]) throws(KeyStoreError) -> [UInt8] {
        try reading(path) { descriptor throws(KeyStoreError) in
            try bytes(of: descriptor, count: 100)
        }
    }

    /// All of the file. Closes a descriptor of it: see ``OpenDatabases``.
    static func content(at path: [UInt8]) throws(KeyStoreError) -> [UInt8] {
        try reading(path) { descriptor throws(KeyStoreError) in
            var status = stat()
            guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat") }
            return try bytes(of: descriptor, count: Int(status.st_size))
        }
    }

    private static func reading(
        _ path: [UInt8], _ body: (Int32) throws(KeyStoreError) -> [UInt8]
    ) throws(KeyStoreError) -> [UInt8] {
        let descriptor = unsafe open(cString(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0)
        guard descriptor >= 0 else { throw failure("open") }
        defer { close(descriptor) }
        return try body(descriptor)
    }

    /// The first `count` bytes, fewer of a shorter file.
    private static func bytes(of descriptor: Int32, count: Int) throws(KeyStoreError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled,
                    off_t(filled))
            }
            if got == 0 { break }
            guard got > 0 else {
                if errno == EINTR { continue }
                throw failure("pread")
            }
            filled += got
        }
        return Array(bytes[..<filled])
    }

    /// Why SQLite cannot write the database or its side files; nothing where no reason is to be seen.
    ///
    /// Looked at after the fact: SQLite tells neither the file nor the operating system's reason.
    static func obstacle(at path: [UInt8]) -> KeyStoreError? {
        let slash = path.lastIndex(of: UInt8(ascii: "/"))
        let directory = slash.map { Array(path[...$0]) } ?? [UInt8(ascii: ".")]
        let name = String(decoding: path[(slash.map { $0 + 1 } ?? 0)...], as: UTF8.self)
        var disk = statvfs()
        let isKnown = unsafe statvfs(cString(directory), &disk) == 0
        if isKnown, disk.f_flag & UInt(ST_RDONLY) != 0 {
            return .notWritable(file: name, errno: EROFS)
        }
        for suffix in ["", "-wal", "-shm"] {
            let file = cString(path + Array(suffix.utf8))
            guard unsafe faccessat(AT_FDCWD, file, W_OK, AT_EACCESS) != 0 else { continue }
            let reason = errno
            if reason != ENOENT { return .notWritable(file: name + suffix, errno: reason) }
        }
        if unsafe faccessat(AT_FDCWD, cString(directory), W_OK | X_OK, AT_EACCESS) != 0 {
            return .notWritable(file: ".", errno: errno)
        }
        let free = UInt64(disk.f_bavail).multipliedReportingOverflow(by: UInt64(disk.f_frsize))
        let isFull = !free.overflow && free.partialValue < smallestSideFiles
        return isKnown && (isFull || disk.f_files > 0 && disk.f_favail == 0) ? .noSpace : nil
    }

    /// SQLite's shared memory is 32 KiB, and a log begins with a page and two headers.
    private static let smallestSideFiles: UInt64 = 40 << 10

    static func remove(_ path: [UInt8]) {
        // Best effort: what cannot be removed is only a copy of sealed rows.
        unsafe unlink(cString(path))
    }

    static func rename(_ source: [UInt8], to target: [UInt8]) throws(KeyStoreError) {
        guard unsafe Glibc.rename(cString(source), cString(target)) == 0 else {
            throw failure("rename")
        }
    }

    private static func failure(
        _ operation: String, isCreating: Bool = false
    ) -> KeyStoreError {
        switch errno {
        case ENOENT, ENOTDIR: .missing
        case ELOOP, EISDIR: .notAFile
        case ENOSPC, EDQUOT: .noSpace
        case let reason where isCreating && (reason == EROFS || reason == EACCES):
            .notWritable(file: ".", errno: reason)
        case let reason: .cannotAccess(operation: operation, errno: reason)
        }
    }

    static func cString(_ path: [UInt8]) -> [CChar] { (path + [0]).map { CChar(bitPattern: $0) } }
}
