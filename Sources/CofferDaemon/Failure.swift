import FileIO

/// What a person is told of something that went wrong, and how the program ends.
struct Failure: Error {
    /// As `coffer` has them, from sysexits.h.
    enum Code: Int32 {
        /// It was done, and something is to be looked at.
        case partial = 1
        case usage = 64
        /// Something stored is not as it was left.
        case damaged = 65
        case input = 66
        case unreachable = 69
        case `internal` = 70
        case output = 73
        case io = 74
        case denied = 77
        /// Configuration or keystore.
        case configuration = 78
    }

    let code: Code
    /// Lower case, no full stop; names the file and quotes the value.
    let message: String
    var hints: [String]

    init(_ code: Code, _ message: String, _ hints: String...) {
        self.code = code
        self.message = message
        self.hints = hints
    }

    func report() {
        var text = "error: \(message)\n"
        for hint in hints { text += "hint: \(hint)\n" }
        Console.writeError(text)
    }
}

extension FileName {
    /// For messages, safe to print.
    var displayText: String {
        switch self {
        case .path(let path), .program(let path): "'\(path.displayText)'"
        case .standardInput: "standard input"
        case .standardOutput: "standard output"
        case .descriptor(let number): "descriptor \(number)"
        case .terminal: "the terminal"
        }
    }
}
