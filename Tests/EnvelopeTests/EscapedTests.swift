import FileIO
import Testing

/// What a file says is shown with nothing that a terminal would obey.
@Suite struct EscapedTests {
    @Test(
        "R38: control, bidirectional and invisible characters are spelled out, and so are bytes that are no text"
    )
    func dangerous() {
        let cases: [(text: String, shown: String)] = [
            ("a\nb", "a\\nb"), ("\r", "\\r"), ("\t", "\\t"), ("\0", "\\x00"),
            ("\u{1B}[31m", "\\x1B[31m"), ("\u{7F}", "\\x7F"), ("\u{9B}1m", "\\u{9B}1m"),
            ("\u{202E}gpj.exe", "\\u{202E}gpj.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
            ("\u{200E}", "\\u{200E}"), ("\u{061C}", "\\u{61C}"), ("\u{2028}", "\\u{2028}"),
            ("\u{FEFF}", "\\u{FEFF}"), ("\\n", "\\\\n"),
        ]
        for one in cases {
            #expect(Escaped.text(one.text) == one.shown)
            #expect(Escaped.bytes(Array(one.text.utf8)) == one.shown)
        }
        #expect(
            Escaped.bytes([0x61, 0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80])
                == "a\\xFF\\xC0\\x80\\xED\\xA0\\x80")
    }

    @Test("R38: nothing that comes out is a control character, whatever goes in")
    func everyScalar() {
        for value in (0...0xFFFF as ClosedRange<UInt32>) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Escaped.text(String(Character(scalar)))
            for one in shown.unicodeScalars {
                let category = one.properties.generalCategory
                let isJoiner = one == "\u{200C}" || one == "\u{200D}"
                #expect(category != .control && (category != .format || isJoiner))
            }
        }
    }

    @Test("What is shown can be read back, and so can what else is spelled out")
    func reading() {
        for bytes: [UInt8] in [
            [], Array("plain".utf8), Array("a\\n\n\r\t\u{1B}\u{202E}é".utf8),
            [0x61, 0xFF, 0xC0, 0x80],
            Array(0...255),
        ] {
            #expect(Escaped.read(Array(Escaped.bytes(bytes).utf8)) == bytes)
        }
        #expect(Escaped.read(Array("\\x41\\u{e9}\\x60".utf8)) == Array("Aé`".utf8))
        for text in [
            "\\", "a\\", "\\a", "\\x", "\\x1", "\\x+1", "\\xG0", "\\u", "\\u{", "\\u{}",
            "\\u{D800}",
            "\\u{110000}", "\\u{0000041}", "\\u202E",
        ] {
            #expect(Escaped.read(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test("R38: ordinary text of any language is shown as it is")
    func harmless() {
        for text in ["", "plain", "ä ö ü", "名前", "👩‍👩‍👧", "می‌خواهم", "arn:aws:kms:eu:1:key/2"] {
            #expect(Escaped.text(text) == text)
        }
    }
}
