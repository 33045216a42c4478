import ArgumentParser
import FileIO

/// A command line as a shell hands it on while somebody types: with its quotes, and with one word that
/// is to be completed.
struct TypedWords {
    /// The other words, as the program would get them.
    let others: [String]
    /// What stands there of the word.
    let typed: [UInt8]
    /// How much of it the shell puts before what is offered: bash begins a word anew at `:` and `=`.
    let keptByteCount: Int
    let isBash: Bool

    init(
        _ words: [String], index: Int, shell: CompletionShell?, version: String? = nil,
        home: String?
    ) {
        isBash = shell == .bash
        // What is quoted stands without its quotes in an old fish's list.
        let isQuoted = shell != .fish || version?.hasPrefix("3.") != true
        func plain(_ text: String) -> String {
            let word = isQuoted ? Self.unquoted(text) : text
            guard let home, text.utf8.starts(with: "~/".utf8) else { return word }
            return home + word.dropFirst()
        }
        var others: [String] = []
        var typed = ""
        var kept = ""
        for group in Self.groups(words, isBash: isBash) {
            if group.contains(index) {
                kept = words[group.lowerBound..<index].joined()
                typed = kept + words[index]
            } else {
                others.append(plain(words[group].joined()))
            }
        }
        self.others = others
        self.typed = ArgumentBytes.decode(plain(typed))
        keptByteCount = ArgumentBytes.decode(plain(kept)).count
    }

    /// Which of the words were typed as one.
    private static func groups(_ words: [String], isBash: Bool) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        for (number, word) in words.enumerated() {
            if isBash, number > 1, isBreak(word) || isBreak(words[number - 1]),
                let last = groups.popLast()
            {
                groups.append(last.lowerBound..<number + 1)
            } else {
                groups.append(number..<number + 1)
            }
        }
        return groups
    }

    private static func isBreak(_ word: String) -> Bool {
        !word.isEmpty && word.allSatisfy { $0 == ":" || $0 == "=" }
    }

    /// Without quotes and backslashes; a quote may be open still. Variables are not looked at.
    static func unquoted(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch (quote, scalar) {
            case (nil, "'"), (nil, "\""): quote = scalar
            case (.some(let open), scalar) where open == scalar: quote = nil
            case (nil, "\\"): if let next = rest.popFirst() { result.append(next) }
            case ("\"", "\\"):
                if let next = rest.first, "\"\\$`".unicodeScalars.contains(next) {
                    result.append(rest.removeFirst())
                } else {
                    result.append(scalar)
                }
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension CompletionShell {
    /// What is printed for words to be offered to the shell that asks.
    static func lines(_ words: [String]) -> [String] {
        words.map { requesting?.line($0) ?? $0 }
    }

    /// What is printed for a word to be offered. bash expands what it gets, commands in it too; zsh
    /// takes what follows a colon for a description.
    private func line(_ word: String) -> String {
        switch self {
        case .bash:
            let isPlain = word.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20
                    || "0123456789/.:,_+-".utf8.contains($0)
            }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        case .zsh: return word.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
        default: return word
        }
    }
}
