import KMSModel
import Testing

@Suite struct EncryptionContextTests {
    @Test("Pairs are encoded with their lengths, ascending by the bytes of the key")
    func encoding() throws {
        let context = try EncryptionContext(strings: ["b": "2", "a": "", "B": "xyz"])
        #expect(
            context.encoded
                == [0, 1, 0x42, 0, 3, 0x78, 0x79, 0x7A, 0, 1, 0x61, 0, 0, 0, 1, 0x62, 0, 1, 0x32])
        #expect(EncryptionContext.empty.encoded.isEmpty)
    }

    @Test("The composed and the decomposed form of a letter are two keys and two contexts")
    func noNormalisation() throws {
        let composed = try EncryptionContext(strings: ["\u{E9}": "1"])
        let decomposed = try EncryptionContext(strings: ["e\u{301}": "1"])
        #expect(composed != decomposed)
        #expect(composed.encoded != decomposed.encoded)
        let both = try EncryptionContext(strings: ["\u{E9}": "1", "e\u{301}": "2"])
        #expect(both.pairs.count == 2)
        #expect(both.value(forKey: Array("\u{E9}".utf8)) == Array("1".utf8))
    }

    @Test("Keys are sorted by bytes, not as Unicode sorts them")
    func byteOrder() throws {
        let context = try EncryptionContext(strings: ["\u{FF5E}": "", "\u{10000}": "", "z": ""])
        #expect(context.pairs.map { $0.key[0] } == [0x7A, 0xEF, 0xF0])
    }

    @Test("Empty keys, doubled keys and bytes that are not UTF-8 are refused")
    func malformed() {
        #expect(throws: EncryptionContext.Failure.emptyKey) {
            try EncryptionContext(strings: ["": "x"])
        }
        #expect(throws: EncryptionContext.Failure.duplicateKey([0x61])) {
            try EncryptionContext(strings: ["a": "1", "a": "2"])
        }
        #expect(throws: EncryptionContext.Failure.notUTF8) {
            try EncryptionContext([(key: [0x61], value: [0xFF])])
        }
        #expect(throws: EncryptionContext.Failure.notUTF8) {
            try EncryptionContext([(key: [0xED, 0xA0, 0x80], value: [])])
        }
    }

    @Test("8,192 bytes of JSON are taken, 8,193 are not; escapes count as they are written")
    func size() throws {
        let most = EncryptionContext.maximumJSONByteCount - #"{"k":""}"#.utf8.count
        let plain = [UInt8](repeating: 0x78, count: most)
        #expect(try EncryptionContext([(key: [0x6B], value: plain)]).pairs.count == 1)
        #expect(throws: EncryptionContext.Failure.tooLong(byteCount: 8193)) {
            try EncryptionContext([(key: [0x6B], value: plain + [0x78])])
        }
        #expect(throws: EncryptionContext.Failure.tooLong(byteCount: 8193)) {
            try EncryptionContext([(key: [0x6B], value: plain.dropLast() + [0x22])])
        }
    }
}
