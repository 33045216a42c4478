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

    @Test("Base64 is what Foundation writes, and back", arguments: 0..<70)
    func base64(count: Int) throws {
        let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + count) })
        let digits = data.base64EncodedString()
        #expect(Base64.text(Array(data)) == digits)
        var builder = SecretBuilder(capacity: 1)
        Base64.append(unsafe SecretBytes(copying: Array(data).span.bytes), to: &builder)
        #expect(string(SecretText(builder.finish())) == digits)
        let found = SecretText(try require(Base64.secret(text(digits), 0..<digits.utf8.count)))
        #expect((0..<found.count).map { found[$0] } == Array(data))
    }

    @Test(
        "Base64 that could be read in two ways is refused",
        arguments: [
            "A", "AA", "AAA", "A===", "====", "AB==", "AAB=", "AA=A", "AA==AAAA", "AA\nA", "AA-_",
            " AAA", "AAA=AAA=",
        ])
    func badBase64(digits: String) {
        let isRead = Base64.secret(text(digits), 0..<digits.utf8.count) != nil
        #expect(!isRead)
    }

    @Test("JSON's values come out, escapes resolved")
    func json() throws {
        let answer = try require(
            JSONReader.read(
                text(
                    #" {"a":"x\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","n":-12,"t":true,"z":null,"#
                        + #""l":["p",{"q":"AAEC"}],"e":{},"d":1.5e3} "#)))
        #expect(answer["a"]?.string == "x\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600}")
        #expect(answer["n"]?.integer == -12)
        #expect(answer["t"]?.bool == true)
        #expect(answer["z"] == nil)
        #expect(answer["l"]?.elements?.first?.string == "p")
        let secret = SecretText(try require(answer["l"]?.elements?.last?["q"]?.base64Secret))
        #expect((0..<secret.count).map { secret[$0] } == [0, 1, 2])
        #expect(answer["e"]?.isObject == true)
        #expect(answer["d"]?.integer == nil)
        #expect(answer["missing"] == nil)
    }

    @Test(
        "What is no JSON, or JSON that two readers could differ on, is refused",
        arguments: [
            "", " ", "{", "{}x", "{} {}", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, "[1,]", "{,}",
            "01", "1.", "+1", "nul", #""\x""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#,
            #""\u12"#,
            "\"a\nb\"", "'a'", "[1 2]", #"{"a" 1}"#, #"{1:2}"#, "// x\n1",
            String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
        ])
    func badJSON(json: String) {
        #expect(JSONReader.read(text(json)) == nil)
    }

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
