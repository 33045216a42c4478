import ContainerFormat
import Envelope
import FileIO
import KeyProviders

/// What a restore drill found of each recipient.
struct DrillReport {
    private enum Outcome: String {
        case opened, failed
        case notTried = "not_tried"
    }

    private let name: FileName
    private let summary: DecryptionSummary
    private let lines: [(outcome: Outcome, row: RecipientTable.Row, line: UnlockFailure.Line)]

    /// - Parameter hasNoPassphrase: none could be had, so passphrase recipients were not tried.
    init(_ name: FileName, _ done: KeyDrill.Report, hasNoPassphrase: Bool) {
        self.name = name
        summary = done.summary
        lines = done.lines.map { line in
            let stanza = line.recipient.stanza
            if line.isOpened {
                let row = RecipientTable.Row(
                    stanza, wasTried: true, result: "opened", nextStep: "-")
                return (.opened, row, line.recipient)
            }
            if hasNoPassphrase, stanza.knownType == .passphrase {
                let row = RecipientTable.Row(
                    stanza, wasTried: false, result: "no passphrase was given",
                    nextStep: "--passphrase-file FILE")
                return (.notTried, row, line.recipient)
            }
            let row = RecipientTable.Row(line.recipient)
            return (row.wasTried ? .failed : .notTried, row, line.recipient)
        }
    }

    private func count(_ outcome: Outcome) -> Int { lines.count { $0.outcome == outcome } }

    var text: String {
        let head =
            "\(name.displayText): verified, \(ByteCount.text(summary.plaintextByteCount)); "
            + "of \(lines.count) recipients \(count(.opened)) opened it, "
            + "\(count(.failed)) failed, \(count(.notTried)) not tried"
        let table = RecipientTable.lines(lines.map(\.row)).map { "  \($0)" }
        return ([head] + table).joined(separator: "\n") + "\n"
    }

    var json: JSONValue {
        .object([
            ("verb", .text("verify")), ("file", name.json), ("verified", .flag(true)),
            ("each_key", .flag(true)),
            ("plaintext_bytes", .number(summary.plaintextByteCount)),
            ("container_bytes", .number(summary.containerByteCount)),
            ("context", summary.context.json),
            ("opened", .number(UInt64(count(.opened)))),
            ("failed", .number(UInt64(count(.failed)))),
            ("not_tried", .number(UInt64(count(.notTried)))),
            (
                "recipients",
                .list(
                    lines.map { line in
                        .object(
                            [("outcome", .text(line.outcome.rawValue))] + line.row.members)
                    })
            ),
        ])
    }

    /// - Throws: if a recipient that was tried did not open it; with `demandingAll` also if one was
    ///   not tried.
    func conclude(demandingAll: Bool) throws {
        let failed = lines.filter {
            $0.outcome == .failed || demandingAll && $0.outcome == .notTried
        }
        guard !failed.isEmpty else { return }
        let cause = Failure(UnlockFailure(lines: failed.map(\.line)), file: name)
        throw Failure(
            cause.code,
            "\(failed.count) of \(lines.count) recipients did not open \(name.displayText), "
                + "whose data is whole",
            file: name, hints: ["see the table; mend these keys while another opens it"],
            isRetryable: cause.isRetryable)
    }
}
