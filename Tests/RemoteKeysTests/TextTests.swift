import Foundation
import SecretMemory
import Testing

@testable import RemoteKeys

@Suite("Answers")
struct TextTests {
    private func text(_ string: String) -> SecretText {
        SecretText(unsafe SecretBytes(copying: Array(string.utf8).span.bytes))
    }

    private func string(_ text: SecretText) -> String? { text.string(0..<text.count) }

    @Test("XML's elements come out")
    func xml() throws {
        let answer = try require(
            QueryXML(
                text(
                    "<?xml version=\"1.0\"?>\n<R xmlns='u' a=\"b\">\n <C> v </C><D/><E><F>s</F></E></R>\n"
                )))
        #expect(answer.name == "R")
        #expect(answer["C"]?.string == "v")
        #expect(answer["D"]?.string == "")
        let secret = SecretText(try require(answer["E"]?["F"]?.secret))
        #expect(string(secret) == "s")
        #expect(answer["X"] == nil)
    }

    @Test(
        "What is no such XML, with entities or in doubt, is refused",
        arguments: [
            "", "x", "<a>", "<a></b>", "<a/><b/>", "<a></a>x", "<!DOCTYPE a><a/>", "<a b></a>",
            "<a b=c/>", "<a><![CDATA[x]]></a>", "<a><!-- --></a>", "< a/>", "<a", "<a b='></a>",
            String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20),
        ])
    func badXML(xml: String) {
        #expect(QueryXML(text(xml)) == nil)
    }

    @Test("An element that comes twice, or needs an entity, is none")
    func doubtfulXML() throws {
        let answer = try require(QueryXML(text("<a><b>1</b><b>2</b><c>&amp;</c></a>")))
        #expect(answer["b"] == nil)
        #expect(answer["c"]?.string == nil)
        let isSecret = answer["c"]?.secret != nil
        #expect(!isSecret)
    }

    @Test("A built text grows, and holds what was put in")
    func builder() {
        var builder = SecretBuilder(capacity: 2)
        builder.append("abc")
        builder.append("\u{E9}")
        for _ in 0..<1000 { builder.append("x") }
        let text = SecretText(builder.finish())
        #expect(text.count == 1005)
        #expect(text.string(0..<5) == "abc\u{E9}")
    }
}
