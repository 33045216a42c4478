/// Words as a POSIX shell splits them: quotes and backslashes, and nothing that a shell would
/// expand or run.
enum ShellWords {
    /// Nothing where a quote does not end or a backslash ends the text.
    static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case " ", "\t", "\r", "\n":
                if let word { words.append(String(word)) }
                word = nil
            case "'":
                guard let end = rest.firstIndex(of: "'") else { return nil }
                word = (word ?? .init()) + rest[..<end]
                rest = rest[rest.index(after: end)...]
            case "\"":
                guard let quoted = takeQuoted(&rest) else { return nil }
                word = (word ?? .init()) + quoted
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                word = (word ?? .init()) + [escaped]
            default: word = (word ?? .init()) + [scalar]
            }
        }
        if let word { words.append(String(word)) }
        return words
    }

    /// Up to the closing double quote, in which a backslash escapes only itself and the quote.
    private static func takeQuoted(
        _ rest: inout String.UnicodeScalarView.SubSequence
    ) -> String.UnicodeScalarView? {
        var quoted = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return quoted
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                if escaped != "\"", escaped != "\\" { quoted.append(scalar) }
                quoted.append(escaped)
            default: quoted.append(scalar)
            }
        }
        return nil
    }
}
