package import FileIO
internal import SecretMemory

/// A recovery key in a file, as `coffer recovery new -o` and `age-keygen -pq` write it: one line with
/// the secret or the public half; empty lines and those that begin with # say nothing.
package enum RecoveryFile: Sendable {
    case identity(RecoveryIdentity)
    case recipient(RecoveryRecipient)

    /// Room for a recipient and what age writes around it.
    private static let sizeLimit = 16 << 10

    /// Whether others may read the file is returned, for a warning.
    package static func load(
        _ path: FilePath
    ) throws(KeyReferenceError) -> (file: RecoveryFile, mode: UInt32) {
        let file = try SecretFile(path, limit: sizeLimit, tooLarge: .notARecoveryFile(path))
        let key = try file.content.withBytes { text throws(KeyReferenceError) in
            try parse(text, path)
        }
        return (key, file.mode)
    }

    package var recipient: RecoveryRecipient {
        switch self {
        case .identity(let identity): identity.recipient
        case .recipient(let recipient): recipient
        }
    }

    private static func parse(
        _ text: RawSpan, _ path: FilePath
    ) throws(KeyReferenceError) -> RecoveryFile {
        var found: RecoveryFile?
        var start = 0
        while start < text.byteCount {
            var end = start
            while end < text.byteCount, byte(text, end) != UInt8(ascii: "\n") { end += 1 }
            let line = trimmed(text, start..<end)
            start = end + 1
            guard !line.isEmpty, byte(text, line.lowerBound) != UInt8(ascii: "#") else { continue }
            guard found == nil else { throw .severalRecoveryKeys(path) }
            found = try key(text.extracting(line), path)
        }
        guard let found else { throw .notARecoveryFile(path) }
        return found
    }

    private static func key(
        _ line: RawSpan, _ path: FilePath
    ) throws(KeyReferenceError) -> RecoveryFile {
        let isSecret = begins(line, with: RecoveryIdentity.secretMark)
        guard isSecret || begins(line, with: "age1") else { throw .notARecoveryFile(path) }
        do throws(RecoveryTextError) {
            if isSecret {
                return .identity(try RecoveryIdentity(text: line))
            }
            let text = (0..<line.byteCount).map { byte(line, $0) }
            return .recipient(try RecoveryRecipient(text: text))
        } catch { throw .recoveryFileWrong(path, error) }
    }

    /// Without the space, carriage return or byte order mark around it.
    private static func trimmed(_ text: RawSpan, _ line: Range<Int>) -> Range<Int> {
        func isSpace(_ offset: Int) -> Bool { [0x20, 0x09, 0x0D].contains(byte(text, offset)) }
        var (start, end) = (line.lowerBound, line.upperBound)
        if start == 0, end >= 3, byte(text, 0) == 0xEF, byte(text, 1) == 0xBB,
            byte(text, 2) == 0xBF
        {
            start = 3
        }
        while start < end, isSpace(start) { start += 1 }
        while start < end, isSpace(end - 1) { end -= 1 }
        return start..<end
    }

    private static func begins(_ line: RawSpan, with mark: String) -> Bool {
        line.byteCount >= mark.utf8.count
            && mark.lowercased().utf8.enumerated().allSatisfy { byte(line, $0) | 0x20 == $1 | 0x20 }
    }

    private static func byte(_ span: RawSpan, _ offset: Int) -> UInt8 {
        unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
