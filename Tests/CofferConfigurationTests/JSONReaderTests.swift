import Testing

@testable import CofferConfiguration

@Suite struct JSONReaderTests {
    private func value(_ text: String) throws(JSONSyntaxError) -> JSONNode.Value {
        try JSONReader.read(Array(text.utf8)).value
    }

    @Test(
        "JSON with comments is read",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("false", .bool(false)),
            ("-0.5e+3", .number("-0.5e+3")), ("0", .number("0")), ("\"\"", .string("")),
            ("\"a\\n\\u00e9\\ud83d\\ude00\\/\"", .string("a\né😀/")),
            ("// first\n1 /* then * / **/ // last", .number("1")),
            ("\"/* no */\"", .string("/* no */")),
        ] as [(String, JSONNode.Value)])
    func reads(text: String, expected: JSONNode.Value) throws {
        #expect(try value(text) == expected)
    }

    @Test(
        "What is not JSON is refused where it stands",
        arguments: [
            ("", 1, 1, .unexpectedEnd), ("{", 1, 2, .unexpectedEnd),
            ("[1,]", 1, 4, .unexpected("]")),
            ("{\"a\":1,}", 1, 8, .unexpected("}")), ("{a:1}", 1, 2, .unexpected("a")),
            ("{\"a\" 1}", 1, 6, .unexpected("1")), ("[1 2]", 1, 4, .unexpected("2")),
            ("\n  tru", 2, 6, .unexpectedEnd), ("nul!", 1, 4, .unexpected("!")),
            ("01", 1, 2, .trailing), ("1.", 1, 3, .badNumber), ("-", 1, 2, .badNumber),
            ("1e", 1, 3, .badNumber), ("+1", 1, 1, .unexpected("+")),
            ("'a'", 1, 1, .unexpected("'")), ("\"ä\", x", 1, 4, .trailing),
            ("[\"a\n\"]", 1, 2, .unfinishedString), ("\"a", 1, 1, .unfinishedString),
            ("\"\\x\"", 1, 2, .badEscape), ("\"\\u12\"", 1, 2, .badEscape),
            ("\"\\ud800\"", 1, 2, .badEscape), ("\"\\udc00\"", 1, 2, .badEscape),
            ("\"\\ud800\\u0041\"", 1, 2, .badEscape), ("1 /* x", 1, 3, .unfinishedComment),
            ("1 / 2", 1, 3, .unexpected("/")),
            ("{\"a\":1,\n \"a\":2}", 2, 2, .duplicateKey("a")),
        ] as [(String, Int, Int, JSONSyntaxError.Reason)])
    func refuses(text: String, line: Int, column: Int, reason: JSONSyntaxError.Reason) {
        let error = JSONSyntaxError(
            position: TextPosition(line: line, column: column), reason: reason)
        #expect(throws: error) { _ = try value(text) }
    }

    @Test("Bytes that are no UTF-8 are refused with their line")
    func encoding() {
        let error = JSONSyntaxError(
            position: TextPosition(line: 2, column: 1), reason: .notUTF8)
        #expect(throws: error) { _ = try JSONReader.read([0x22, 0x0A, 0xE9, 0x22]) }
    }

    @Test("Depth is bounded")
    func depth() {
        let text = String(repeating: "[", count: 100_000)
        let error = JSONSyntaxError(
            position: TextPosition(line: 1, column: 33), reason: .tooDeep)
        #expect(throws: error) { _ = try value(text) }
    }

    @Test("Every cut of a good text is refused, and no cut crashes")
    func cuts() throws {
        let text = "{\"a\": [1.5e3, \"\\ud83d\\ude00\", true, null], /* c */ \"b\": {}}"
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONSyntaxError.self) {
                _ = try JSONReader.read(Array(bytes.prefix(count)))
            }
        }
    }
}
