internal import Glibc
internal import KMSDomain

/// The files of a log, below one directory: `log.jsonl`, its `head`, and the head while it is made.
struct AuditDirectory: Sendable {
    let log: [UInt8]
    let head: [UInt8]
    private let newHead: [UInt8]

    init(_ path: [UInt8]) {
        func file(_ name: String) -> [UInt8] { path + Array("/\(name)".utf8) }
        log = file("log.jsonl")
        head = file("head")
        newHead = file("head.new")
    }

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
    func write(head line: [UInt8], durably: Bool) throws(AuditError) {
        let file = try LogFile(path: newHead, creating: true)
        try file.truncate(to: 0)
        try file.write(line, at: 0)
        if durably { try file.synchronize() }
        try LogFile.rename(newHead, to: head)
    }
}
