internal import KMSDomain
internal import OpenSSLCrypto

/// Where a file of the log stands in the whole of it, as its first record says.
///
/// The first file begins with record 1. Every other begins with a `ContinueAuditLog`, whose
/// `precedingByteCount` is how long all files before it are, and whose link is to the last of their
/// records.
struct FileStart: Equatable {
    static let eventName = "ContinueAuditLog"
    static let byteCountMember = "precedingByteCount"

    let firstSequence: UInt64
    /// Of the files before this one.
    let precedingByteCount: Int
    /// The digest of the last line before this file.
    let previous: [UInt8]

    /// Of a log of one file, and of one whose beginning is not ours: that is found by who verifies it.
    static let first = FileStart(
        firstSequence: 1, precedingByteCount: 0, previous: ChainLink.noRecord)

    /// - Returns: nothing of a file without a whole line.
    static func read(
        _ file: borrowing LogFile, byteCount: Int, key: AuditKey
    ) throws(AuditError) -> FileStart? {
        guard let line = try firstLine(of: file, byteCount: byteCount) else { return nil }
        guard let parsed = ChainLink.parse(line), parsed.link.sequence != 1,
            ConstantTime.equal(try key.code(of: parsed.signed), parsed.code),
            let preceding = precedingByteCount(in: line)
        else { return first }
        return FileStart(
            firstSequence: parsed.link.sequence, precedingByteCount: preceding,
            previous: parsed.link.previous)
    }

    static func firstLine(
        of file: borrowing LogFile, byteCount: Int
    ) throws(AuditError) -> [UInt8]? {
        // First records are short; only a stranger's is long.
        for count in [4096, ChainLink.maximumLineByteCount + 1] {
            let bytes = try file.read(at: 0, count: min(count, byteCount))
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) { return Array(bytes[..<end]) }
        }
        return nil
    }

    private static func precedingByteCount(in line: [UInt8]) -> Int? {
        let text = String(decoding: line, as: UTF8.self)
        guard text.contains("\"eventName\":\"\(eventName)\""),
            let start = text.firstRange(of: "\"\(byteCountMember)\":\"")?.upperBound
        else { return nil }
        return Int(text[start...].prefix { $0 != "\"" })
    }
}
