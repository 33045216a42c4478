import AuditLog
import FileIO
import KeyProviders

/// The audit log for people.
enum AuditText {
    static func text(_ finding: AuditReport.Finding) -> String {
        switch finding {
        case .notARecord(let line): "log.jsonl line \(line) is no record"
        case .lineTooLong(let line, let byteCount):
            "log.jsonl line \(line) is longer than a record can be: \(byteCount) bytes"
        case .wrongSequence(let line, let expected, let found):
            "log.jsonl line \(line) is record \(found), where \(expected) should be"
        case .brokenChain(let line):
            "log.jsonl line \(line) does not follow from the one before it"
        case .notAuthentic(let line):
            "log.jsonl line \(line) was not written by this keystore, or changed"
        case .unfinishedRecord(let byteCount):
            "log.jsonl ends in \(byteCount) bytes that are no whole record"
        case .missingRecords(let head, let last):
            "log.jsonl was cut: it ended with record \(head) once, and now with \(last)"
        case .headMismatch(let sequence):
            "log.jsonl: record \(sequence) is not the one that was noted, or not where it was"
        case .noHead: "the file head is missing, which says how far log.jsonl goes"
        case .headNotAuthentic: "the file head was not written by this keystore, or changed"
        case .noLog: "log.jsonl is missing"
        case .notAFile(let name): "\(name) is no regular file"
        case .recorded(let line, let problem):
            "log.jsonl line \(line) tells that the keystore found \(text(problem))"
        }
    }

    /// What the service found when it went on.
    private static func text(_ problem: AuditProblem) -> String {
        switch problem {
        case .unfinishedRecord: "an unfinished record, and went on"
        case .missingLog: "no log, and began this one"
        case .missingRecords(let head, let last) where head > last:
            "the log cut: it had ended with record \(head), and then with \(last)"
        case .missingRecords(let head, _):
            "the log cut and gone on with: record \(head), which it had written, was gone"
        case .missingHead(let last):
            "no head: what followed record \(last), if anything did, is gone"
        case .headNotAuthentic(let last):
            "a head not written by this keystore, or changed: "
                + "what followed record \(last), if anything did, is gone"
        case .headMismatch(let head): "another record \(head) than its head had noted"
        case .unknown: "something that this program does not know"
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
