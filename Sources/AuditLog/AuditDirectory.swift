internal import Glibc
internal import KMSDomain

/// The directory of a log, open, and the files in it: `log.jsonl`, its `head`, and the head while it
/// is made.
///
/// A restore moves the whole directory away, and puts another log in its place, while other
/// processes write. So all files are reached through one descriptor: log and head of a writer stay
/// one log, wherever that is by now, and nobody puts the head of one log beside another.
struct AuditDirectory: ~Copyable {
    static let logName = "log.jsonl"
    private static let headName = "head"
    private static let newHeadName = "head.new"

    let descriptor: Int32
    private let logPath: [CChar]

    init(opening path: [UInt8]) throws(AuditError) {
        func cString(_ path: [UInt8]) -> [CChar] { (path + [0]).map { CChar(bitPattern: $0) } }
        descriptor = unsafe open(cString(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .cannotAccess(operation: "open", errno: errno) }
        logPath = cString(path + Array("/\(Self.logName)".utf8))
    }

    deinit { close(descriptor) }

    /// How long `log` is, if the path that this directory was opened by still leads to it; nothing
    /// if it leads to another log or to none.
    func byteCountIfInPlace(of log: borrowing LogFile) throws(AuditError) -> Int? {
        var found = stat()
        guard unsafe lstat(logPath, &found) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw .cannotAccess(operation: "lstat", errno: errno)
            }
            return nil
        }
        guard found.st_dev == log.device, found.st_ino == log.inode else { return nil }
        return Int(found.st_size)
    }

    /// - Throws: ``AuditError/moved`` if the path leads to another log or to none.
    func byteCountInPlace(of log: borrowing LogFile) throws(AuditError) -> Int {
        if let byteCount = try byteCountIfInPlace(of: log) { return byteCount }
        // Removed, if it has no name anywhere.
        _ = try log.byteCount()
        throw .moved
    }

    /// The head as it is on disk; nothing if there is none.
    func readHead() throws(AuditError) -> [UInt8]? {
        do throws(AuditError) {
            let file = try LogFile(reading: Self.headName, in: self)
            return try file.read(at: 0, count: AuditHead.maximumByteCount + 1)
        } catch .cannotAccess("open", ENOENT) {
            return nil
        }
    }

    /// Puts a new head in the place of the old one, at once and whole.
    ///
    /// Its content is on the medium before it takes the name: a filesystem may keep a rename and
    /// lose what was written before, and an empty head would be taken for a stranger's work.
    func write(head line: [UInt8]) throws(AuditError) {
        let file = try LogFile(Self.newHeadName, in: self, creating: true)
        try file.truncate(to: 0)
        try file.write(line, at: 0)
        try file.synchronize()
        guard unsafe renameat(descriptor, Self.newHeadName, descriptor, Self.headName) == 0 else {
            throw .cannotAccess(operation: "rename", errno: errno)
        }
    }
}
