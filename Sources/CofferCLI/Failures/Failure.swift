import FileIO

/// What a person is told of something that went wrong: what happened, to what, and what to do now.
struct Failure: Error {
    let code: FailureCode
    /// Lower case, no full stop; names the file and quotes the value.
    let message: String
    var file: FileName?
    /// What to do next, each a sentence without a full stop.
    var hints: [String]
    /// The same command may work later.
    var isRetryable: Bool
    /// Where it is not the code's: of a command that was run.
    var exitCode: Int32?
    /// What became of each recipient, where keys were tried.
    var recipients: [RecipientTable.Row] = []
    /// The failures of several inputs.
    var causes: [Failure] = []

    init(
        _ code: FailureCode, _ message: String, file: FileName? = nil, hints: [String] = [],
        isRetryable: Bool = false
    ) {
        self.code = code
        self.message = message
        self.file = file
        self.hints = hints
        self.isRetryable = isRetryable
    }

    /// What several inputs came to: a failure of its own if only some failed, theirs if `all` did for
    /// one reason.
    init(summing failures: [Failure], all: Bool, _ message: String, hints: [String] = []) {
        let isUniform = all && failures.allSatisfy { $0.code == failures[0].code }
        self.init(
            isUniform ? failures[0].code : .partial, message, hints: hints,
            isRetryable: failures.contains(where: \.isRetryable))
        causes = failures
    }

    static func usage(_ message: String, _ hints: String...) -> Failure {
        Failure(.usage, message, hints: hints)
    }

    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("code", .text(code.rawValue)),
            ("exit_code", .signed(Int64(exitCode ?? code.exitCode))),
            ("message", .text(message)),
            ("file", file.map(\.json) ?? .null),
            ("hints", .list(hints.map(JSONValue.text))),
            ("retryable", .flag(isRetryable)),
        ]
        if !recipients.isEmpty {
            members.append(("recipients", .list(recipients.map(\.json))))
        }
        members.append(("causes", .list(causes.map(\.json))))
        return .object(members)
    }
}

/// A verb that has reported everything itself ends with this code.
struct ExitStatus: Error {
    let code: Int32
}

extension FileName {
    /// For messages, safe to print.
    var displayText: String {
        switch self {
        case .path(let path): "'\(path.displayText)'"
        case .standardInput: "standard input"
        case .standardOutput: "standard output"
        case .descriptor(let number): "descriptor \(number)"
        case .program(let path): "the output of '\(path.displayText)'"
        case .terminal: "the terminal"
        }
    }

    var json: JSONValue {
        switch self {
        case .path(let path): .path(path)
        case .standardInput, .standardOutput: .text("-")
        case .descriptor(let number): .text("/dev/fd/\(number)")
        case .program(let path): .path(path)
        case .terminal: .text("/dev/tty")
        }
    }
}

extension SystemError {
    /// In the middle of a sentence.
    var phrase: String {
        guard let first = text.unicodeScalars.first, ("A"..."Z").contains(first) else {
            return text
        }
        // "Is a directory", but not "RFS specific error".
        let second = text.unicodeScalars.dropFirst().first
        guard let second, ("a"..."z").contains(second) || second == " " else { return text }
        return String(Unicode.Scalar(UInt8(first.value) | 0x20)) + text.dropFirst()
    }
}
