import FileIO

/// What the argument parser says, in this program's form.
enum UsageMessage {
    /// `full` is the message and the usage that follows it.
    static func failure(message: String, full: String) -> Failure {
        let usage = full.split(separator: "\n").compactMap { line in
            ["Usage: ", "USAGE: "].first { line.hasPrefix($0) }.map { line.dropFirst($0.count) }
        }.first
        guard let usage else { return Failure(.usage, lowercased(message)) }
        // The names of program and verbs come before what they take.
        let verb = usage.prefix { $0 != "[" && $0 != "<" }.split(separator: " ")
            .joined(separator: " ")
        return Failure(
            .usage, lowercased(message),
            hints: ["usage: \(escape(String(usage)))", "see '\(verb) --help'"])
    }

    private static func lowercased(_ message: String) -> String {
        var text = message
        // Sentences of the parser: a capital at the beginning, a full stop at the end.
        if let first = text.unicodeScalars.first, ("A"..."Z").contains(first) {
            text = String(Unicode.Scalar(UInt8(first.value) | 0x20)) + text.dropFirst()
        }
        if text.hasSuffix(".") { text.removeLast() }
        return escape(text)
    }

    /// The parser repeats arguments, which are bytes of anybody's choosing.
    private static func escape(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { Escaped.argument(String($0)) }.joined(separator: " ")
    }
}
