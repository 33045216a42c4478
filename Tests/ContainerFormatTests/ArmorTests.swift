import Testing

@testable import ContainerFormat

@Suite struct ArmorTests {
    @Test("A line of 1 to 48 bytes comes back from its characters")
    func roundTrip() {
        for count in 1...48 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let line = Armor.encodeLine(bytes[...])
            #expect(line.last == 0x0A && line.count == (count + 2) / 3 * 4 + 1)
            #expect(Armor.decodeLine(line.dropLast()) == bytes)
        }
        let wanted = [("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        for (text, base64) in wanted {
            #expect(Armor.encodeLine(Array(text.utf8)[...]) == Array((base64 + "\n").utf8))
        }
    }

    @Test(
        "What is not canonical base64 is no line",
        arguments: [
            "", "A", "AB", "ABC", "=", "====", "A===", "AB=C", "A=BC", "AB==CD==", "Zh==", "Zm9=",
            "Zm8",
            "Zm8-", "Zm8_", "Zm 8", "Zm8\r", "Zm9v=", "Zm9v====",
        ])
    func refused(text: String) {
        #expect(Armor.decodeLine(Array(text.utf8)[...]) == nil)
    }

    @Test("A line has at most 64 characters")
    func length() {
        let line = [UInt8](repeating: UInt8(ascii: "A"), count: 68)
        #expect(Armor.decodeLine(line[..<64])?.count == 48)
        #expect(Armor.decodeLine(line[..<68]) == nil)
    }

    @Test("Every byte that is not of the alphabet is refused")
    func alphabet() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for byte: UInt8 in 0...255 {
            let isGood = byte < 128 && alphabet.contains(Character(Unicode.Scalar(byte)))
            #expect((Armor.decodeLine([65, byte, 65, 65]) != nil) == isGood)
        }
    }

    @Test("No label is the beginning of another")
    func labels() {
        let labels = [
            Label.commitment, Label.headerKey, Label.payloadKey, Label.wrap, Label.keyFileSeal,
            Label.passphraseSeal, Label.batch, Label.share, Label.keyFileName,
        ]
        for (position, one) in labels.enumerated() {
            for (other, second) in labels.enumerated() where other != position {
                #expect(!second.starts(with: one))
            }
        }
    }
}
