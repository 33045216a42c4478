/// Reads one JSON text (RFC 8259), strictly: no name twice in an object, no invalid UTF-8, no half
/// surrogate, nothing behind the value; nested and counted within bounds.
struct JSONReader {
    /// No body of the API is deeper than four.
    private static let depthLimit = 16
    /// Some 25 for each of the thousand entries that a page may have.
    private static let valueLimit = 25_000

    private var position = 0
    private var valueCount = 0

    static func read(_ text: RawSpan) throws(WireError) -> JSONNode {
        var reader = JSONReader()
        let node = try reader.value(text, depth: 0)
        reader.skipBlanks(text)
        guard reader.position == text.byteCount else { throw reader.notJSON }
        return node
    }

    private var notJSON: WireError { .notJSON(byteOffset: position) }

    private func current(_ text: RawSpan) -> UInt8? {
        position < text.byteCount ? text.byte(at: position) : nil
    }

    private mutating func take(_ character: Unicode.Scalar, _ text: RawSpan) -> Bool {
        guard current(text) == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks(_ text: RawSpan) {
        while let byte = current(text), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
        {
            position += 1
        }
    }

    private mutating func value(_ text: RawSpan, depth: Int) throws(WireError) -> JSONNode {
        valueCount += 1
        guard depth < Self.depthLimit, valueCount <= Self.valueLimit else { throw .tooComplex }
        skipBlanks(text)
        switch current(text) {
        case UInt8(ascii: "{"): return .object(try members(text, depth: depth))
        case UInt8(ascii: "["): return .array(try elements(text, depth: depth))
        case UInt8(ascii: "\""): return .string(try string(text))
        case UInt8(ascii: "t"): return try word("true", .boolean(true), text)
        case UInt8(ascii: "f"): return try word("false", .boolean(false), text)
        case UInt8(ascii: "n"): return try word("null", .null, text)
        default: return .number(try number(text))
        }
    }

    private mutating func members(
        _ text: RawSpan, depth: Int
    ) throws(WireError) -> [JSONMember] {
        var members: [JSONMember] = []
        var names: Set<[UInt8]> = []
        // A few are compared one by one, which takes less time than to hash them.
        func isNew(_ name: [UInt8]) -> Bool {
            if members.count < 8 { return !members.contains { $0.name == name } }
            if names.isEmpty { names = Set(members.map(\.name)) }
            return names.insert(name).inserted
        }
        position += 1
        skipBlanks(text)
        if take("}", text) { return members }
        while true {
            skipBlanks(text)
            guard current(text) == UInt8(ascii: "\"") else { throw notJSON }
            let start = position
            let name = try string(text).unescaped(in: text)
            guard isNew(name) else { throw .duplicateMember(byteOffset: start) }
            skipBlanks(text)
            guard take(":", text) else { throw notJSON }
            members.append(JSONMember(name: name, value: try value(text, depth: depth + 1)))
            skipBlanks(text)
            if take("}", text) { return members }
            guard take(",", text) else { throw notJSON }
        }
    }

    private mutating func elements(_ text: RawSpan, depth: Int) throws(WireError) -> [JSONNode] {
        var elements: [JSONNode] = []
        position += 1
        skipBlanks(text)
        if take("]", text) { return elements }
        while true {
            elements.append(try value(text, depth: depth + 1))
            skipBlanks(text)
            if take("]", text) { return elements }
            guard take(",", text) else { throw notJSON }
        }
    }

    private mutating func word(
        _ word: String, _ node: JSONNode, _ text: RawSpan
    ) throws(WireError) -> JSONNode {
        for scalar in word.unicodeScalars {
            guard take(scalar, text) else { throw notJSON }
        }
        return node
    }

    private mutating func number(_ text: RawSpan) throws(WireError) -> Range<Int> {
        let start = position
        _ = take("-", text)
        if !take("0", text) { try digits(text) }
        if take(".", text) { try digits(text) }
        if take("e", text) || take("E", text) {
            if !take("+", text) { _ = take("-", text) }
            try digits(text)
        }
        return start..<position
    }

    private mutating func digits(_ text: RawSpan) throws(WireError) {
        guard let byte = current(text), ASCII.isDigit(byte) else { throw notJSON }
        while let byte = current(text), ASCII.isDigit(byte) { position += 1 }
    }

    private mutating func string(_ text: RawSpan) throws(WireError) -> JSONString {
        position += 1
        let start = position
        var hasEscapes = false
        while let byte = current(text) {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return JSONString(range: start..<(position - 1), hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard let (_, length) = JSONString.escape(at: position, in: text) else {
                    throw notJSON
                }
                position += length
            case 0..<0x20: throw notJSON
            case 0x20..<0x80: position += 1
            default:
                guard let length = Self.utf8Length(at: position, in: text) else { throw notJSON }
                position += length
            }
        }
        throw notJSON
    }

    /// The length of the character of several bytes that starts here, by the Unicode standard's
    /// table 3-7: no overlong form, no surrogate, nothing above U+10FFFF.
    private static func utf8Length(at start: Int, in text: RawSpan) -> Int? {
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch text.byte(at: start) {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard start + length <= text.byteCount, second.contains(text.byte(at: start + 1)) else {
            return nil
        }
        for offset in 2..<max(length, 2) where text.byte(at: start + offset) & 0xC0 != 0x80 {
            return nil
        }
        return length
    }
}
