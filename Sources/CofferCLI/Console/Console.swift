import FileIO
import Glibc

/// How this run talks to whoever started it.
struct Console: Sendable {
    enum ProgressMode: String, CaseIterable, Sendable {
        case auto, always, never, json
    }

    var isQuiet = false
    var isVerbose = false
    var isJSON = false
    var progress = ProgressMode.auto
    /// On standard error: a terminal, and no NO_COLOR.
    var usesColor = false
    /// What was done, over all inputs.
    let tally = WorkTally()

    /// Whether the terminal of standard error knows how to draw a line over again.
    var canDraw: Bool { ProcessEnvironment.current()["TERM"] != Array("dumb".utf8) }

    static var hasColor: Bool {
        guard Terminal.isTerminal(STDERR_FILENO) else { return false }
        let environment = ProcessEnvironment.current()
        return environment["NO_COLOR"] == nil && environment["TERM"] != Array("dumb".utf8)
    }

    /// Something worth knowing that needs no action.
    func note(_ message: String) {
        if isQuiet { return }
        if isJSON {
            event("note", message)
        } else {
            StandardStreams.writeError("note: \(message)\n")
        }
    }

    /// Something that happens once and that nobody should miss, `-q` or not.
    func announce(_ message: String, hints: [String]) {
        if isJSON {
            event("note", message, hints)
            return
        }
        var text = "note: \(message)\n"
        for hint in hints { text += "hint: \(hint)\n" }
        StandardStreams.writeError(text)
    }

    /// Only with `-v`.
    func detail(_ message: String) {
        guard isVerbose, !isJSON else { return }
        StandardStreams.writeError("\(message)\n")
    }

    func warning(_ message: String, hints: [String] = []) {
        tally.warned()
        if isJSON {
            event("warning", message, hints)
            return
        }
        var text = paint("warning:", "33") + " \(message)\n"
        for hint in hints { text += "hint: \(hint)\n" }
        StandardStreams.writeError(text)
    }

    /// Of a secret in a file that is not its owner's alone.
    func warnIfReadable(_ path: FilePath, mode: UInt32, _ what: String) {
        guard mode & 0o077 != 0 else { return }
        warning(
            "\(what) '\(path.displayText)' can be read by others (mode \(String(mode, radix: 8)))",
            hints: ["close it: chmod go= '\(path.displayText)'"])
    }

    func report(_ failure: Failure) {
        if failure.code == .brokenPipe { return }
        if isJSON {
            StandardStreams.writeError(failure.json.encoded + "\n")
            return
        }
        var text = paint("error:", "31") + " \(failure.message)\n"
        for line in RecipientTable.lines(failure.recipients) { text += "  \(line)\n" }
        for hint in failure.hints { text += "hint: \(hint)\n" }
        StandardStreams.writeError(text)
    }

    /// What a verb found or did. Beside data on standard output the JSON goes to standard error.
    func result(
        _ json: @autoclosure () -> JSONValue, text: @autoclosure () -> String,
        besideData: Bool = false
    ) throws(FileError) {
        if isJSON {
            let line = json().encoded + "\n"
            if besideData {
                StandardStreams.writeError(line)
            } else {
                try StandardStreams.writeOutput(line)
            }
        } else {
            let text = text()
            if !text.isEmpty { try StandardStreams.writeOutput(text) }
        }
    }

    private func event(_ kind: String, _ message: String, _ hints: [String] = []) {
        let value = JSONValue.object([
            ("event", .text(kind)), ("message", .text(message)),
            ("hints", .list(hints.map(JSONValue.text))),
        ])
        StandardStreams.writeError(value.encoded + "\n")
    }

    private func paint(_ text: String, _ color: String) -> String {
        usesColor ? "\u{1B}[1;\(color)m\(text)\u{1B}[0m" : text
    }
}
