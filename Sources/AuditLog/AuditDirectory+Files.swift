internal import Glibc
internal import KMSDomain

/// A log in several files: `log.jsonl` is the one that is written, and `log-N.jsonl` those before it,
/// N the number of the first record in each.
extension AuditDirectory {
    static let newLogName = "log.new"
    private static let archiveStart = "log-"
    private static let archiveEnd = ".jsonl"
    private static let digitCount = 20

    /// Names sort as their records do.
    static func archiveName(firstSequence: UInt64) -> String {
        let digits = String(firstSequence)
        let zeros = String(repeating: "0", count: digitCount - digits.utf8.count)
        return archiveStart + zeros + digits + archiveEnd
    }

    /// Whether `log` is the file of that name here.
    func has(_ log: borrowing LogFile, as name: String) throws(AuditError) -> Bool {
        var found = stat()
        guard unsafe fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else {
                throw .cannotAccess(operation: "fstatat", errno: errno)
            }
            return false
        }
        return found.st_dev == log.device && found.st_ino == log.inode
    }

    /// Keeps `log` as `name`, and puts `log.new` in its place, at once: there is a log all the time. A
    /// process that dies between the two leaves a log with two names, and the next does the rest.
    func keep(_ log: borrowing LogFile, as name: String) throws(AuditError) {
        if unsafe linkat(descriptor, Self.logName, descriptor, name, 0) != 0 {
            let error = errno
            guard error == EEXIST, try has(log, as: name) else {
                throw .cannotAccess(operation: "link", errno: error)
            }
        }
        guard unsafe renameat(descriptor, Self.newLogName, descriptor, Self.logName) == 0 else {
            throw .cannotAccess(operation: "rename", errno: errno)
        }
    }

    /// The files before the one that is written, in the order of their records.
    func archiveNames() throws(AuditError) -> [String] {
        let own = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw .cannotAccess(operation: "open", errno: errno) }
        guard let stream = unsafe fdopendir(own) else {
            let error = errno
            close(own)
            throw .cannotAccess(operation: "opendir", errno: error)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if Self.isArchiveName(name) { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw .cannotAccess(operation: "readdir", errno: errno) }
        return names.sorted()
    }

    private static func isArchiveName(_ name: String) -> Bool {
        let digits = name.dropFirst(archiveStart.count).dropLast(archiveEnd.count)
        return name.hasPrefix(archiveStart) && name.hasSuffix(archiveEnd)
            && digits.utf8.count == digitCount
            && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
