import ContainerFormat
import Envelope
import FileIO

/// What a rewrap did or would do, recipient by recipient.
struct RewrapReport {
    private let path: FilePath
    private let done: Rewrap.Report
    private let isDryRun: Bool
    /// The container was made anew.
    private let isRevoking: Bool

    init(path: FilePath, _ done: Rewrap.Report, isDryRun: Bool, isRevoking: Bool = false) {
        self.path = path
        self.done = done
        self.isDryRun = isDryRun
        self.isRevoking = isRevoking
    }

    /// Nothing had to be done.
    private var isAlreadySo: Bool { done.isUnchanged && !isRevoking }

    func show(_ console: Console) throws(FileError) {
        let lines = changes.map { "  \($0.mark) \($0.recipient.type) \($0.recipient.key)" }
        let verb = isDryRun && !isAlreadySo ? "would be" : "is"
        let heading = "'\(path.displayText)': \(verb) \(methodText)"
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
        if isRevoking { return isDryRun ? nil : "reencrypt" }
        return switch done.method {
        case nil: nil
        case .inPlace: "in_place"
        case .clone: "clone"
        case .copy: "copy"
        }
    }

    private var methodText: String {
        if isAlreadySo { return "already so" }
        if isRevoking { return "re-encrypted" }
        return switch done.method {
        case nil: "rewrapped"
        case .inPlace: "rewrapped in place"
        case .clone: "rewrapped by a clone"
        case .copy: "rewrapped by a copy"
        }
    }

    private var json: JSONValue {
        .object([
            ("verb", .text("rewrap")), ("file", .path(path)), ("dry_run", .flag(isDryRun)),
            ("method", .optional(methodName)), ("already_so", .flag(isAlreadySo)),
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
