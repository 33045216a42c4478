internal import KMSDomain

/// What a writer found wrong with the log before it went on, as its `RecoverAuditLog` record says.
///
/// The record is part of the chain, so what was found once is found by every later verification,
/// whatever the head says by then.
package enum AuditProblem: Equatable, Sendable {
    /// A line without its end: a writer died.
    case unfinishedRecord
    /// There was a log before this one.
    case missingLog
    /// The records after `lastSequence`, up to `headSequence` at least, were gone.
    case missingRecords(headSequence: UInt64, lastSequence: UInt64)
    /// Whether records were gone after `lastSequence` cannot be said.
    case missingHead(lastSequence: UInt64)
    case headNotAuthentic(lastSequence: UInt64)
    /// The head was ours, and of another log than this one.
    case headMismatch(headSequence: UInt64)
    /// A name that only a later version knows.
    case unknown

    static let eventName = "RecoverAuditLog"

    /// Nobody had a hand in it.
    package var isAccident: Bool { self == .unfinishedRecord }

    var fields: [AuditField] {
        switch self {
        case .unfinishedRecord: Self.fields("unfinishedRecord")
        case .missingLog: Self.fields("missingLog")
        case .missingRecords(let head, let last):
            Self.fields("missingRecords", ("headSequence", head), ("lastSequence", last))
        case .missingHead(let last): Self.fields("missingHead", ("lastSequence", last))
        case .headNotAuthentic(let last): Self.fields("headNotAuthentic", ("lastSequence", last))
        case .headMismatch(let head): Self.fields("headMismatch", ("headSequence", head))
        case .unknown: preconditionFailure("audit log: nobody finds an unknown problem")
        }
    }

    private static func fields(_ name: String, _ numbers: (String, UInt64)...) -> [AuditField] {
        // As text: a number of JSON is not sure to hold 64 bits.
        [AuditField("problem", .text(name))]
            + numbers.map { AuditField($0.0, .text(String($0.1))) }
    }

    /// What the line of a record tells; nothing if it is no `RecoverAuditLog`.
    init?(line: [UInt8]) {
        // The name stands before anything a client can write into.
        let beginning = String(decoding: line.prefix(512), as: UTF8.self)
        guard
            beginning.contains(
                #""eventSource":"kms.amazonaws.com","eventName":"\#(Self.eventName)""#)
        else { return nil }
        let text = String(decoding: line, as: UTF8.self)
        func number(_ name: String) -> UInt64? { Self.value(name, in: text).flatMap { UInt64($0) } }
        let last = number("lastSequence") ?? 0
        let head = number("headSequence") ?? 0
        switch Self.value("problem", in: text) {
        case "unfinishedRecord": self = .unfinishedRecord
        case "missingLog": self = .missingLog
        case "missingRecords": self = .missingRecords(headSequence: head, lastSequence: last)
        case "missingHead": self = .missingHead(lastSequence: last)
        case "headNotAuthentic": self = .headNotAuthentic(lastSequence: last)
        case "headMismatch": self = .headMismatch(headSequence: head)
        default: self = .unknown
        }
    }

    /// The text member `name`. The writer of these records puts nothing into them that is not
    /// plain.
    private static func value(_ name: String, in text: String) -> Substring? {
        guard let start = text.firstRange(of: "\"\(name)\":\"")?.upperBound else { return nil }
        return text[start...].prefix { $0 != "\"" }
    }
}
