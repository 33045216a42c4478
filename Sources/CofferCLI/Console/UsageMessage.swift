import FileIO

/// What the argument parser says, in this program's form.
enum UsageMessage {
    /// `full` is the message and the usage that follows it.
    static func failure(message: String, full: String) -> Failure {
        let lines = full.split(separator: "\n").map(String.init)
        let usage = lines.filter { $0.hasPrefix("Usage: ") }.map { line in
            "usage: " + line.dropFirst("Usage: ".count)
        }
        let help = lines.last { $0.contains("--help'") }
            .map { line in "see '" + line.split(separator: "'").dropFirst().prefix(1).joined() + "'"
            }
        return Failure(
            .usage, lowercased(message), hints: (usage + [help].compactMap(\.self)).map(escape))
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
