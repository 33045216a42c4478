import Testing

@testable import ContainerFormat

@Suite struct HeaderTests {
    /// A header of these fields; the MAC is not looked at here.
    static func header(_ fields: [(tag: UInt16, value: [UInt8])]) -> [UInt8] {
        var body: [UInt8] = []
        for field in fields {
            body.append(bigEndian: field.tag)
            body.append(bigEndian: UInt16(field.value.count))
            body += field.value
        }
        return header(raw: body)
    }

    static func header(raw body: [UInt8]) -> [UInt8] {
        var bytes = UnverifiedHeader.magic + [0, 1, 0, 0]
        bytes.append(bigEndian: UInt32(48 + body.count))
        return bytes + body + [UInt8](repeating: 0xAA, count: 32)
    }

    static let stanza = Stanza(type: .keyFile, keyID: Array("k1".utf8), body: [1, 2, 3]).encoded

    private static func code(_ bytes: [UInt8]) -> ContainerError? {
        do {
            _ = try UnverifiedHeader(bytes: bytes)
            return nil
        } catch { return error }
    }

    @Test(
        "What a draft says is what is read, and encoding it again gives the same bytes",
        arguments: [0, 100, 4096, 65_536])
    func roundTrip(byteCount: Int) throws {
        let context = try #require(ContainerContext([("b", "2"), ("a", ""), ("ä", "ö")]))
        let stanzas = [
            Stanza(type: .keyFile, keyID: [0, 0xFF], body: [1]),
            Stanza(type: .passphrase, keyID: [], body: [UInt8](repeating: 7, count: 93)),
        ]
        let extras = [
            HeaderExtra(tag: 0x9000, value: [1]), HeaderExtra(tag: 0x8000, value: []),
        ]
        let draft = HeaderDraft(context: context, stanzas: stanzas, extras: extras)
        let bytes =
            try #require(draft.authenticatedBytes(paddedTo: byteCount))
            + [UInt8](repeating: 1, count: 32)
        #expect(byteCount < 200 || bytes.count == byteCount)
        let header = try UnverifiedHeader(bytes: bytes)
        #expect(header.context == context && header.stanzas == stanzas)
        #expect(header.extras.sorted { $0.tag < $1.tag } == extras.sorted { $0.tag < $1.tag })
        let again = HeaderDraft(
            context: header.context, stanzas: header.stanzas, extras: header.extras)
        #expect(
            again.authenticatedBytes(paddedTo: bytes.count).map { $0.count } == bytes.count - 32)
        #expect(again.authenticatedBytes(paddedTo: byteCount) == Array(bytes.dropLast(32)))
    }

    @Test("A header over 64 KiB, or with a field over it, cannot be drafted")
    func tooLong() {
        func draft(_ body: Int, _ count: Int) -> [UInt8]? {
            let stanza = Stanza(
                type: .keyFile, keyID: [], body: [UInt8](repeating: 0, count: body))
            return HeaderDraft(
                context: .empty, stanzas: [Stanza](repeating: stanza, count: count)
            ).authenticatedBytes(paddedTo: 0)
        }
        let overhead = 48 + 4 + 1 + 7 + 2
        #expect(draft(65_536 - overhead, 1)?.count == 65_536 - 32)
        #expect(draft(65_537 - overhead, 1) == nil)
        #expect(draft(40_000, 2) == nil)
        #expect(draft(70_000, 1) == nil)
    }

    @Test("R1, R22: every prefix of the first bytes is truncated, and nothing else is said of it")
    func prefixes() {
        let bytes = Self.header([(0x10, Self.stanza)])
        for count in 0..<16 {
            #expect(throws: ContainerError.truncated(.header)) {
                try UnverifiedHeader.byteCount(prefix: Array(bytes[..<count]))
            }
        }
        #expect(throws: Never.self) { try UnverifiedHeader.byteCount(prefix: Array(bytes[..<16])) }
    }

    @Test(
        "R27: every version but 1 is another version",
        arguments: [0, 2, 256, 257, 0xFFFF] as [UInt16])
    func version(number: UInt16) {
        var prefix = UnverifiedHeader.magic
        prefix.append(bigEndian: number)
        for rest in [[], [0, 0, 0, 0, 0, 48], [1, 1, 1, 1, 1, 1]] as [[UInt8]] {
            #expect(throws: ContainerError.unsupportedVersion(number)) {
                try UnverifiedHeader.byteCount(prefix: prefix + rest)
            }
        }
    }

    @Test(
        "R22: a header length outside 48 to 65,536 is refused from its first bytes",
        arguments: [0, 1, 16, 47, 65_537, 0x0001_0100, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func length(value: UInt32) {
        var prefix = UnverifiedHeader.magic + [0, 1, 0, 0]
        prefix.append(bigEndian: value)
        #expect(throws: ContainerError.header(.length)) {
            try UnverifiedHeader.byteCount(prefix: prefix)
        }
    }

    @Test("R28: reserved bytes are zero", arguments: [10, 11])
    func reserved(offset: Int) {
        for value: UInt8 in 1...255 {
            var bytes = Self.header([(0x10, Self.stanza)])
            bytes[offset] = value
            #expect(Self.code(bytes) == .header(.reservedBytes))
        }
    }

    @Test(
        "R22: a length that lies, of a field, a stanza's type or key-id, or a context pair, is a header fault"
    )
    func lyingLengths() throws {
        let pairs = try #require(ContainerContext([("key", "value")])).encoded
        let fields: [(tag: UInt16, value: [UInt8])] = [(0x01, pairs), (0x10, Self.stanza)]
        let good = Self.header(fields)
        #expect(Self.code(good) == nil)
        let context = 16
        let stanza = context + 4 + pairs.count
        // Where each length stands, and how many bytes it has.
        let places = [
            (context + 2, 2), (context + 4, 2), (context + 4 + 5, 2), (stanza + 2, 2),
            (stanza + 4, 1), (stanza + 5 + 7, 2),
        ]
        for (offset, width) in places {
            let right = good[offset..<offset + width].reduce(0) { $0 << 8 | Int($1) }
            let limit = width == 1 ? 255 : 65_535
            for value in [right + 100, limit, limit - 1] {
                var bytes = good
                for byte in 0..<width {
                    bytes[offset + byte] = UInt8(value >> (8 * (width - 1 - byte)) & 255)
                }
                guard case .header = Self.code(bytes) else {
                    Issue.record("\(offset): \(value)")
                    continue
                }
            }
        }
    }

    @Test("R22: no header of random bytes is read past its end")
    func randomFields() {
        var state: UInt64 = 1
        for round in 0..<4000 {
            var body: [UInt8] = []
            for _ in 0..<round % 97 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Many zeros and small numbers, so that lengths and tags often fit.
                body.append(state >> 60 < 10 ? UInt8(state >> 40 & 3) : UInt8(state >> 33 & 255))
            }
            _ = Self.code(Self.header(raw: body))
        }
    }

    @Test("R28: tags do not descend, and of CONTEXT there is one and it is not empty")
    func fieldOrder() throws {
        let pairs = try #require(ContainerContext([("a", "b")])).encoded
        let (context, stanza): ((UInt16, [UInt8]), (UInt16, [UInt8])) = (
            (1, pairs), (0x10, Self.stanza)
        )
        #expect(Self.code(Self.header([context, stanza, stanza, (0x8001, [])])) == nil)
        #expect(Self.code(Self.header([stanza, context])) == .header(.fieldOrder))
        #expect(Self.code(Self.header([(0x8001, []), stanza])) == .header(.fieldOrder))
        #expect(Self.code(Self.header([context, context, stanza])) == .header(.context))
        #expect(Self.code(Self.header([(1, []), stanza])) == .header(.context))
        #expect(Self.code(Self.header([context])) == .header(.stanzaCount))
        #expect(Self.code(Self.header([])) == .header(.stanzaCount))
        #expect(Self.code(Self.header(raw: [0])) == .header(.fieldLength))
    }

    @Test("R13: thirty-two stanzas are read, one more is refused", arguments: [31, 32, 33, 100])
    func stanzaCount(count: Int) {
        let fields = [(tag: UInt16, value: [UInt8])](repeating: (0x10, Self.stanza), count: count)
        #expect(Self.code(Self.header(fields)) == (count > 32 ? .header(.stanzaCount) : nil))
    }

    @Test("R27: an unknown tag below 0x8000 is not supported, one above is passed over")
    func unknownTags() {
        for tag: UInt16 in [0, 2, 9, 0x0F, 0x11, 0x100, 0x7FFF] {
            let stanza: (tag: UInt16, value: [UInt8]) = (0x10, Self.stanza)
            let other: (tag: UInt16, value: [UInt8]) = (tag, [])
            let fields = tag < 0x10 ? [other, stanza] : [stanza, other]
            #expect(Self.code(Self.header(fields)) == .unsupported(.headerField(tag: tag)))
        }
        for tag: UInt16 in [0x8000, 0x8001, 0x8002, 0xFFFF] {
            #expect(Self.code(Self.header([(0x10, Self.stanza), (tag, [1, 2])])) == nil)
        }
    }

    @Test("R22: a stanza's type is 1 to 32 characters of a-z, 0-9 and -")
    func stanzaType() {
        func code(_ type: [UInt8]) -> ContainerError? {
            Self.code(Self.header([(0x10, [UInt8(type.count)] + type + [0, 0])]))
        }
        for byte: UInt8 in 0...255 {
            let character = Character(Unicode.Scalar(byte))
            let isGood = byte < 128 && "abcdefghijklmnopqrstuvwxyz0123456789-".contains(character)
            #expect(code([byte]) == (isGood ? nil : .header(.stanza)))
        }
        #expect(code([]) == .header(.stanza))
        #expect(code([UInt8](repeating: 97, count: 32)) == nil)
        #expect(code([UInt8](repeating: 97, count: 33)) == .header(.stanza))
    }

    @Test("R28: a context is sorted, without repetition, UTF-8, and has no key of the format's own")
    func context() {
        func code(_ pairs: [(key: [UInt8], value: [UInt8])]) -> ContainerError? {
            var value: [UInt8] = []
            for pair in pairs {
                value.append(bigEndian: UInt16(pair.key.count))
                value += pair.key
                value.append(bigEndian: UInt16(pair.value.count))
                value += pair.value
            }
            return Self.code(Self.header([(1, value), (0x10, Self.stanza)]))
        }
        func key(_ text: String) -> (key: [UInt8], value: [UInt8]) { (Array(text.utf8), [1]) }
        #expect(code([key("a"), key("ab"), key("b")]) == nil)
        let bad: [[(key: [UInt8], value: [UInt8])]] = [
            [key("b"), key("a")], [key("a"), key("a")], [key("ab"), key("a")], [key("")],
            [key("coffer:bind")], [key("coffer:")], [([0xFF], [])], [([0x61], [0xC0, 0x80])],
            [([0xED, 0xA0, 0x80], [])], [([0xF4, 0x90, 0x80, 0x80], [])], [([0xC3], [])],
        ]
        for pairs in bad { #expect(code(pairs) == .header(.context)) }
        #expect(code([key("coffer")]) == nil && code([key("Coffer:x")]) == nil)
    }

    @Test("R17: two spellings of one character are two contexts")
    func noNormalisation() throws {
        let composed = try #require(ContainerContext([("t", "caf\u{e9}")]))
        let decomposed = try #require(ContainerContext([("t", "cafe\u{301}")]))
        #expect(composed != decomposed)
        #expect(!composed.satisfies(decomposed) && !decomposed.satisfies(composed))
        #expect(ContainerContext([("\u{e9}", "1"), ("e\u{301}", "2")]) != nil)
        #expect(composed.satisfies(.empty) && composed.satisfies(composed))
    }

    @Test("A context that cannot be written is none")
    func badContext() {
        let long = [UInt8](repeating: 97, count: 65_536)
        #expect(ContainerContext([(key: long, value: [])]) == nil)
        #expect(ContainerContext([(key: [97], value: long)]) == nil)
        #expect(ContainerContext([("", "x")]) == nil)
        #expect(ContainerContext([("a", "1"), ("a", "2")]) == nil)
        #expect(ContainerContext([("coffer:x", "1")]) == nil)
        #expect(ContainerContext([(String, String)]())?.pairs == [])
    }
}
