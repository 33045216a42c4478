import AuditLog
import FileIO
import KeyProviders

/// The audit log for people.
enum AuditText {
    static func text(_ finding: AuditReport.Finding) -> String {
        switch finding {
        case .notARecord(let line): "line \(line) is no record"
        case .wrongSequence(let line, let expected, let found):
            "line \(line) is record \(found), where \(expected) should be"
        case .brokenChain(let line): "line \(line) does not follow from the one before it"
        case .notAuthentic(let line): "line \(line) was not written by this keystore, or changed"
        case .unfinishedRecord(let byteCount):
            "it ends in \(byteCount) bytes that are no whole record"
        case .missingRecords(let head, let last):
            "it was cut: it ended with record \(head) once, and now with \(last)"
        case .headMismatch(let sequence): "record \(sequence) is not the one that was noted"
        case .noHead: "its head is missing"
        case .headNotAuthentic: "its head was not written by this keystore, or changed"
        case .recovery(let line):
            "line \(line): the service found the log unfinished or cut and went on"
        }
    }

    /// `sequence:bytes:hash`
    static func text(_ head: AuditHead) -> String {
        "\(head.sequence):\(head.byteCount):\(Hex.text(head.hash))"
    }

    static func anchor(_ text: String) throws -> AuditHead {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let sequence = UInt64(parts[0]), let byteCount = Int(parts[1]),
            let hash = bytes(parts[2]), hash.count == 32
        else {
            throw Failure.usage(
                "'\(Escaped.argument(text))' is no end of an audit log",
                "give what 'coffer audit verify' printed after 'end'")
        }
        return AuditHead(sequence: sequence, byteCount: byteCount, hash: hash)
    }

    private static func bytes(_ digits: Substring) -> [UInt8]? {
        let values = digits.utf8.map { UInt8(String(UnicodeScalar($0)), radix: 16) }
        guard values.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: values.count, by: 2) {
            guard let high = values[index], let low = values[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
