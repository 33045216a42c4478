import FileIO
import Testing

@Suite struct ArgumentBytesTests {
    @Test(
        "Valid UTF-8 is carried as itself", arguments: ["", "plain", "größe", "日本語", "🗄️", "a\r\nb"])
    func validText(text: String) {
        #expect(ArgumentBytes.encode(Array(text.utf8)) == text)
        #expect(ArgumentBytes.decode(text) == Array(text.utf8))
    }

    @Test("Every single byte and every pair of bytes comes back")
    func pairs() {
        for first in UInt8.min...UInt8.max {
            #expect(ArgumentBytes.decode(ArgumentBytes.encode([first])) == [first])
            for second in UInt8.min...UInt8.max {
                let bytes = [first, second]
                if ArgumentBytes.decode(ArgumentBytes.encode(bytes)) != bytes {
                    Issue.record("lost \(bytes)")
                }
            }
        }
    }

    @Test(
        "What is no UTF-8 comes back",
        arguments: [
            [0xC0, 0x80],  // overlong
            [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF],
            [0xED, 0xA0, 0x80],  // a surrogate
            [0xF4, 0x90, 0x80, 0x80],  // above U+10FFFF
            [0xE2, 0x82], [0x61, 0xE9, 0x2E, 0x74, 0x78, 0x74], [0xFF, 0xFE, 0x00],
        ] as [[UInt8]])
    func invalid(bytes: [UInt8]) {
        #expect(ArgumentBytes.decode(ArgumentBytes.encode(bytes)) == bytes)
    }

    @Test("Characters of the escape's own range come back as they were")
    func ownRange() {
        for value in UInt32(0xEEFE)...0xF001 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array("a\(Character(scalar))b".utf8)
            #expect(ArgumentBytes.decode(ArgumentBytes.encode(bytes)) == bytes)
        }
    }

    @Test("The escape of a byte b is U+EF00 + b")
    func spelling() {
        #expect(ArgumentBytes.encode([0x61, 0xE9]) == "a\u{EFE9}")
        #expect(ArgumentBytes.encode(Array("\u{EF41}".utf8)) == "\u{EFEE}\u{EFBD}\u{EF81}")
    }

    @Test("Random bytes come back")
    func random() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                // Mostly the bytes that UTF-8 is made of.
                Bool.random() ? UInt8.random(in: 0...255) : UInt8.random(in: 0xE0...0xF4)
            }
            #expect(ArgumentBytes.decode(ArgumentBytes.encode(bytes)) == bytes)
        }
    }
}
