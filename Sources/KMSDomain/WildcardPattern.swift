/// Text in which `*` stands for any run of characters and `?` for any single one.
///
/// Compared byte by byte, never normalised; a character is one Unicode scalar. Matching goes back at
/// most to the last star, so its steps are at most the pattern's length times the text's, and a
/// pattern of stars alone takes one pass.
package struct WildcardPattern: Equatable, Sendable {
    /// A byte, or one of the two below.
    private typealias Token = UInt16
    private static let anyRun: Token = 256
    private static let anyCharacter: Token = 257

    private var tokens: [Token] = []
    /// No shorter text matches.
    private var minimumByteCount = 0

    package init() {}

    /// `*` and `?` are wildcards.
    package init(_ text: String) {
        for byte in text.utf8 { append(patternByte: byte) }
    }

    package mutating func append(literal bytes: some Sequence<UInt8>) {
        for byte in bytes { append(literalByte: byte) }
    }

    package mutating func appendAnyRun() {
        // Two stars are one.
        if tokens.last != Self.anyRun { tokens.append(Self.anyRun) }
    }

    package mutating func appendAnyCharacter() {
        tokens.append(Self.anyCharacter)
        minimumByteCount += 1
    }

    package mutating func append(_ other: WildcardPattern) {
        for token in other.tokens {
            switch token {
            case Self.anyRun: appendAnyRun()
            case Self.anyCharacter: appendAnyCharacter()
            default: append(literalByte: UInt8(truncatingIfNeeded: token))
            }
        }
    }

    /// Matches the empty text only.
    package var isEmpty: Bool { tokens.isEmpty }

    /// The bytes of a pattern that has no wildcards.
    var literalBytes: [UInt8] { tokens.map { UInt8(truncatingIfNeeded: $0) } }

    package func matches(_ text: some RandomAccessCollection<UInt8>) -> Bool {
        var steps = 0
        return matches(text, steps: &steps)
    }

    /// The same; `steps` grows by how often a character was looked at.
    func matches<Text: RandomAccessCollection<UInt8>>(_ text: Text, steps: inout Int) -> Bool {
        guard text.count >= minimumByteCount else { return false }
        var position = text.startIndex
        var token = 0
        // Where to go on when the text after the last star does not fit: one character later.
        var retry: (token: Int, position: Text.Index)?
        while position < text.endIndex {
            steps += 1
            if token < tokens.count, tokens[token] == Self.anyRun {
                token += 1
                if token == tokens.count { return true }
                retry = (token, position)
            } else if token < tokens.count, tokens[token] == Self.anyCharacter {
                token += 1
                position = Self.characterEnd(from: position, in: text)
            } else if token < tokens.count, tokens[token] == Token(text[position]) {
                token += 1
                position = text.index(after: position)
            } else if let (first, start) = retry {
                token = first
                position = Self.characterEnd(from: start, in: text)
                retry = (first, position)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0 == Self.anyRun }
    }

    private mutating func append(patternByte byte: UInt8) {
        switch byte {
        case UInt8(ascii: "*"): appendAnyRun()
        case UInt8(ascii: "?"): appendAnyCharacter()
        default: append(literalByte: byte)
        }
    }

    private mutating func append(literalByte byte: UInt8) {
        tokens.append(Token(byte))
        minimumByteCount += 1
    }

    private static func characterEnd<Text: RandomAccessCollection<UInt8>>(
        from start: Text.Index, in text: Text
    ) -> Text.Index {
        var end = text.index(after: start)
        while end < text.endIndex, text[end] & 0xC0 == 0x80 { end = text.index(after: end) }
        return end
    }
}
