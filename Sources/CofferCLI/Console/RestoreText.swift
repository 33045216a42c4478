import ArchiveIO
import Envelope
import FileIO

/// What is said of a restore: each member that was left out, and at the end what the others lack.
enum RestoreText {
    static func refusal(_ refusal: RestoreRefusal) -> (message: String, hints: [String]) {
        let name = "'\(Escaped.bytes(refusal.path))'"
        return switch refusal.reason {
        case .unsafeName: ("\(name) is left out: its name leads out of the folder", [])
        case .controlCharacters:
            ("\(name) is left out: its name has control characters", ["-p restores it"])
        case .conflict:
            ("\(name) is left out: something else of the archive has its place", [])
        case .unsafeLink:
            ("\(name) is left out: it links to nothing that is restored here", [])
        case .unknownKind: ("\(name) is left out: it is of an unknown kind", [])
        case .failed(let number, let text):
            (
                "\(name) is left out: "
                    + (number > 0 ? SystemError(number).phrase : Escaped.text(text)), []
            )
        }
    }

    /// `3 ACLs, 1 owner`; empty where nothing is missing.
    static func losses(_ report: RestoreReport) -> String {
        var parts: [String] = []
        func add(_ count: UInt64, _ one: String, _ many: String) {
            if count > 0 { parts.append("\(count) \(count == 1 ? one : many)") }
        }
        add(report.losses[.acl] ?? 0, "ACL", "ACLs")
        add(report.losses[.extendedAttribute] ?? 0, "extended attribute", "extended attributes")
        add(report.losses[.owner] ?? 0, "owner", "owners")
        add(report.losses[.mode] ?? 0, "mode", "modes")
        add(report.losses[.time] ?? 0, "time", "times")
        add(report.losses[.other] ?? 0, "other attribute", "other attributes")
        return parts.joined(separator: ", ")
    }

    /// Says what is missing.
    static func conclude(
        _ report: RestoreReport, _ target: FilePath, _ console: Console
    ) -> Batch.Outcome {
        if report.droppedSetIDCount > 0 {
            console.note(
                "\(report.droppedSetIDCount) set-user-ID and set-group-ID bits were not kept: "
                    + "-p keeps them")
        }
        let losses = losses(report)
        if !losses.isEmpty {
            console.warning("restored to '\(target.displayText)' without: \(losses)")
        }
        if report.refusedCount > 0 {
            console.warning("\(report.refusedCount) members were left out")
        }
        return report.isWhole ? .done : .doneWithWarning
    }

    static func json(_ report: RestoreReport) -> [(String, JSONValue)] {
        [
            ("members", .number(report.memberCount)), ("member_bytes", .number(report.byteCount)),
            ("left_out", .number(report.refusedCount)), ("without", .text(losses(report))),
        ]
    }
}
