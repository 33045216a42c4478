import Testing

@testable import KMSDomain

/// Stars and question marks, and what they cost.
@Suite struct WildcardPatternTests {
    @Test(
        "A pattern matches what it says and nothing else",
        arguments: [
            ("", "", true), ("", "a", false), ("*", "", true), ("*", "anything", true),
            ("?", "", false), ("?", "a", true), ("?", "é", true), ("?", "ab", false),
            ("a*b", "ab", true), ("a*b", "axxb", true), ("a*b", "axbx", false),
            ("*a*b*", "xxaxxbxx", true), ("*ab", "aab", true), ("a?*", "a", false),
            ("*?é", "xé", true), ("*?", "日", true), ("??", "日本", true), ("??", "日", false),
            ("A", "a", false), ("é", "e\u{301}", false), ("**", "x", true), ("a**", "a", true),
        ])
    func matching(pattern: String, text: String, expected: Bool) {
        #expect(WildcardPattern(pattern).matches(Array(text.utf8)) == expected)
    }

    private static func steps(_ pattern: String, _ text: String) -> Int {
        var steps = 0
        _ = WildcardPattern(pattern).matches(Array(text.utf8), steps: &steps)
        return steps
    }

    @Test(
        "A pattern made to take long takes no more steps than it and the text have characters",
        arguments: [
            String(repeating: "*", count: 32_000), String(repeating: "*a", count: 16_000),
            String(repeating: "a*", count: 1000) + "b", String(repeating: "?*", count: 2000) + "b",
            String(repeating: "*?", count: 8000),
        ])
    func bombs(pattern: String) {
        let text = String(repeating: "a", count: 8192)
        #expect(Self.steps(pattern, text) <= 2 * (pattern.utf8.count + text.utf8.count))
    }

    /// Of one star and letters that are all equal, and with a last one that is another.
    @Test(
        "A text takes a step for every 64 characters between two stars, not for each of them",
        arguments: ["a", "?", "aé"], ["", "b"])
    func worst(letters: String, end: String) {
        for count in [2000, 8000] {
            let piece = String(repeating: letters, count: count / letters.utf8.count)
            for text in [String(repeating: "a", count: 8192), String(repeating: "é", count: 4096)] {
                for pattern in ["*\(piece)\(end)", "*\(piece)\(end)*", "\(piece)*\(end)"] {
                    #expect(
                        Self.steps(pattern, text)
                            <= 8192 * (piece.utf8.count / 64 + 2) + 4 * piece.utf8.count)
                }
            }
        }
    }

    /// The definition, as it reads; exponential.
    private static func fits(
        _ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>
    ) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return (text.startIndex...text.endIndex).contains {
                fits(pattern.dropFirst(), text[$0...])
            }
        }
        guard let character = text.first, first == "?" || first == character else { return false }
        return fits(pattern.dropFirst(), text.dropFirst())
    }

    @Test("Patterns of all kinds match what the definition says", arguments: 0..<40)
    func definition(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        func some(_ alphabet: String, _ lengths: ClosedRange<Int>) -> [Unicode.Scalar] {
            (0..<Int.random(in: lengths, using: &random)).compactMap { _ in
                alphabet.unicodeScalars.randomElement(using: &random)
            }
        }
        for round in 0..<500 {
            // Every tenth has pieces of more than one word.
            let filling = round % 10 == 0 ? some("aé", 60...140) : []
            let pattern = some("aab?*é日", 0...6) + filling + some("aab?*é", 0...3)
            let text = some("aabé日", 0...6) + filling + some("aabé", 0...5)
            let (written, read) = (Self.string(pattern), Self.string(text))
            #expect(
                WildcardPattern(written).matches(Array(read.utf8))
                    == Self.fits(pattern[...], text[...]),
                "\(written) on \(read)")
        }
    }

    private static func string(_ scalars: [Unicode.Scalar]) -> String {
        String(String.UnicodeScalarView(scalars))
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
