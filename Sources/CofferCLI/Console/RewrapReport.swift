import ContainerFormat
import Envelope
import FileIO

/// What a rewrap did or would do, recipient by recipient.
struct RewrapReport {
    private let path: FilePath
    private let done: Rewrap.Report
    private let isDryRun: Bool

    init(path: FilePath, _ done: Rewrap.Report, isDryRun: Bool) {
        self.path = path
        self.done = done
        self.isDryRun = isDryRun
    }

    func show(_ console: Console) throws(FileError) {
        let lines = changes.map { "  \($0.mark) \($0.recipient.type) \($0.recipient.key)" }
        let heading = "'\(path.displayText)': \(isDryRun ? "would be" : "is") \(methodText)"
        if isDryRun {
            try console.result(
                json, text: ([heading] + lines).joined(separator: "\n") + "\n")
        } else {
            for line in [heading] + lines { console.detail(line) }
            try console.result(json, text: "")
        }
    }

    private struct Change {
        let mark: String
        let word: String
        let recipient: RecipientText
    }

    private var changes: [Change] {
        let kept = done.before.filter(done.after.contains)
        return kept.map { Change(mark: " ", word: "kept", recipient: RecipientText($0)) }
            + done.before.filter { !done.after.contains($0) }
            .map { Change(mark: "-", word: "removed", recipient: RecipientText($0)) }
            + done.after.filter { !done.before.contains($0) }
            .map { Change(mark: "+", word: "added", recipient: RecipientText($0)) }
    }

    private var methodName: String? {
        switch done.method {
        case nil: nil
        case .inPlace: "in_place"
        case .clone: "clone"
        case .copy: "copy"
        }
    }

    private var methodText: String {
        switch done.method {
        case nil: isDryRun ? "rewrapped" : "as it was"
        case .inPlace: "rewrapped in place"
        case .clone: "rewrapped by a clone"
        case .copy: "rewrapped by a copy"
        }
    }

    private var json: JSONValue {
        .object([
            ("verb", .text("rewrap")), ("file", .path(path)), ("dry_run", .flag(isDryRun)),
            ("method", .optional(methodName)),
            (
                "recipients",
                .list(
                    changes.map {
                        .object([
                            ("change", .text($0.word)), ("type", .text($0.recipient.type)),
                            ("key", .text($0.recipient.key)),
                        ])
                    })
            ),
        ])
    }
}
