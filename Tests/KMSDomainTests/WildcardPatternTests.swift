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

    @Test("The worst pattern grows with its length times the text's, not faster")
    func worst() {
        for size in [256, 512, 1024] {
            let pattern = "*" + String(repeating: "a", count: size) + "b*"
            #expect(
                Self.steps(pattern, String(repeating: "a", count: 4 * size)) <= 8 * size * size)
        }
    }
}
