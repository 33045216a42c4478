/// Text in which `*` stands for any run of characters and `?` for any single one.
///
/// Compared byte by byte, never normalised; a character is one Unicode scalar. What is before the
/// first star and after the last one is compared once; of what is between two stars the first place
/// where it fits will do, so the text is gone through once. ``WildcardSearch`` says what that costs.
package struct WildcardPattern: Equatable, Sendable {
    /// A byte, or one of the two below.
    typealias Token = UInt16
    static let anyRun: Token = 256
    static let anyCharacter: Token = 257

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

    /// The same; `steps` grows by how often something was compared or set up.
    func matches(_ text: some RandomAccessCollection<UInt8>, steps: inout Int) -> Bool {
        guard text.count >= minimumByteCount else { return false }
        var rest = text[...]
        var pieces = tokens.split(separator: Self.anyRun, omittingEmptySubsequences: false)[...]
        guard let first = pieces.popFirst(), Self.remove(first, startOf: &rest, steps: &steps)
        else { return false }
        guard let last = pieces.popLast() else { return rest.isEmpty }
        guard Self.remove(last, endOf: &rest, steps: &steps) else { return false }
        var search = WildcardSearch()
        for piece in pieces {
            guard let end = search.firstEnd(of: piece, in: rest, steps: &steps) else {
                return false
            }
            rest = rest[end...]
        }
        return true
    }

    private static func remove<Text: RandomAccessCollection<UInt8>>(
        _ piece: ArraySlice<Token>, startOf rest: inout Text, steps: inout Int
    ) -> Bool where Text.SubSequence == Text {
        for token in piece {
            steps += 1
            guard let byte = rest.popFirst() else { return false }
            if token == anyCharacter {
                while let next = rest.first, next.continuesCharacter { rest.removeFirst() }
            } else if token != Token(byte) {
                return false
            }
        }
        return true
    }

    private static func remove<Text: RandomAccessCollection<UInt8>>(
        _ piece: ArraySlice<Token>, endOf rest: inout Text, steps: inout Int
    ) -> Bool where Text.SubSequence == Text {
        for token in piece.reversed() {
            steps += 1
            guard var byte = rest.popLast() else { return false }
            if token == anyCharacter {
                while byte.continuesCharacter, let before = rest.popLast() { byte = before }
            } else if token != Token(byte) {
                return false
            }
        }
        return true
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
}

extension UInt8 {
    /// Whether it is another byte than the first of a character in UTF-8.
    package var continuesCharacter: Bool { self & 0xC0 == 0x80 }
}
