internal import Glibc
internal import KMSDomain

/// The files of a log, below one directory: `log.jsonl`, its `head`, and the head while it is made.
struct AuditDirectory: Sendable {
    let log: [UInt8]
    let head: [UInt8]
    private let newHead: [UInt8]
    private let path: [UInt8]

    init(_ path: [UInt8]) {
        self.path = path
        func file(_ name: String) -> [UInt8] { path + Array("/\(name)".utf8) }
        log = file("log.jsonl")
        head = file("head")
        newHead = file("head.new")
    }

    /// Whether a log could be here at all.
    var isThere: Bool { LogFile.exists(path) }

    /// The head as it is on disk; nothing if there is none.
    func readHead() throws(AuditError) -> [UInt8]? {
        do throws(AuditError) {
            let file = try LogFile(readingPath: head)
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
        let file = try LogFile(path: newHead, creating: true)
        try file.truncate(to: 0)
        try file.write(line, at: 0)
        try file.synchronize()
        try LogFile.rename(newHead, to: head)
    }
}
