/// What a verification found.
package struct AuditReport: Equatable, Sendable {
    package enum Finding: Equatable, Sendable {
        /// The line is not written as records are.
        case notARecord(line: Int)
        /// Records are missing, doubled or moved before this line.
        case wrongSequence(line: Int, expected: UInt64, found: UInt64)
        /// The line before this one is not the one that was there when this one was written.
        case brokenChain(line: Int)
        /// Not signed with the keystore's audit key, or changed after.
        case notAuthentic(line: Int)
        /// The log does not end in a whole line: a writer died, or somebody cut it.
        case unfinishedRecord(byteCount: Int)
        /// A head speaks of a later record than the log's last one: it has been cut.
        case missingRecords(headSequence: UInt64, lastSequence: UInt64)
        /// The head speaks of another record of that number.
        case headMismatch(sequence: UInt64)
        case noHead
        case headNotAuthentic
        case noLog
        /// A FIFO, a link or something else stands in place of this file.
        case notAFile(String)
        /// Longer than a record can be.
        case lineTooLong(line: Int, byteCount: Int)
        /// The service itself found this when it went on, and made a record of it.
        case recorded(line: Int, AuditProblem)

        /// What a process leaves that dies: worth a look, and no sign of a stranger. Records that a
        /// cut took with it are found by the head.
        package var isAccident: Bool {
            switch self {
            case .unfinishedRecord: true
            case .recorded(_, let problem): problem.isAccident
            default: false
            }
        }
    }

    private static let maximumFindings = 1000

    package private(set) var findings: [Finding] = []
    package internal(set) var lineCount = 0
    package internal(set) var byteCount = 0
    /// Of the last record: what to note elsewhere, so that a later cut can be shown.
    package internal(set) var sequence: UInt64 = 0
    package internal(set) var lastHash = ChainLink.noRecord
    /// How far the log was last made sure of.
    package internal(set) var head: AuditHead?

    init() {}

    /// Nothing found but what a process leaves that dies.
    package var isIntact: Bool { findings.allSatisfy(\.isAccident) }

    /// The last record, as an anchor for a later verification.
    package var end: AuditHead {
        AuditHead(sequence: sequence, byteCount: byteCount, hash: lastHash)
    }

    mutating func add(_ finding: Finding) {
        if findings.count < Self.maximumFindings { findings.append(finding) }
    }
}
