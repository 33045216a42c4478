internal import KMSDomain

/// A value of a policy's JSON text. Numbers stay as they are written.
enum PolicyJSON {
    case object([(name: String, value: PolicyJSON)])
    case array([PolicyJSON])
    case string(String)
    case number(String)
    case boolean(Bool)
    case null

    /// Reads one JSON text (RFC 8259), strictly: no name twice in an object, valid UTF-8, nothing behind
    /// the value; nested no deeper than a policy is. Time and memory grow with the length only.
    static func read(_ text: [UInt8]) throws(PolicyError) -> PolicyJSON {
        var reader = PolicyJSONReader(text)
        return try reader.whole()
    }
}

private struct PolicyJSONReader {
    /// Policy, Statement, statement, Condition, operator, values.
    private static let depthLimit = 8

    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    private var notJSON: PolicyError { .notJSON(byteOffset: position) }

    private var current: UInt8? { position < text.count ? text[position] : nil }

    mutating func whole() throws(PolicyError) -> PolicyJSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard position == text.count else { throw notJSON }
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipBlanks() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            position += 1
        }
    }

    private mutating func value(depth: Int) throws(PolicyError) -> PolicyJSON {
        guard depth < Self.depthLimit else { throw .tooDeep }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return .object(try members(depth: depth))
        case UInt8(ascii: "["): return .array(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func members(
        depth: Int
    ) throws(PolicyError) -> [(name: String, value: PolicyJSON)] {
        var members: [(name: String, value: PolicyJSON)] = []
        // By their bytes: a Swift string is equal to others that are only canonically equivalent.
        var names: Set<[UInt8]> = []
        position += 1
        skipBlanks()
        if take("}") { return members }
        while true {
            skipBlanks()
            guard current == UInt8(ascii: "\"") else { throw notJSON }
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else { throw .duplicateMember(name) }
            skipBlanks()
            guard take(":") else { throw notJSON }
            members.append((name, try value(depth: depth + 1)))
            skipBlanks()
            if take("}") { return members }
            guard take(",") else { throw notJSON }
        }
    }

    private mutating func elements(depth: Int) throws(PolicyError) -> [PolicyJSON] {
        var elements: [PolicyJSON] = []
        position += 1
        skipBlanks()
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            skipBlanks()
            if take("]") { return elements }
            guard take(",") else { throw notJSON }
        }
    }

    private mutating func word(
        _ word: String, _ value: PolicyJSON
    ) throws(PolicyError) -> PolicyJSON {
        for scalar in word.unicodeScalars {
            guard take(scalar) else { throw notJSON }
        }
        return value
    }

    private mutating func number() throws(PolicyError) -> String {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func digits() throws(PolicyError) {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw notJSON }
    }

    private mutating func string() throws(PolicyError) -> String {
        position += 1
        let start = position
        var bytes: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: bytes, as: UTF8.self) else {
                    position = start
                    throw notJSON
                }
                return string
            case UInt8(ascii: "\\"): bytes += String(try escape()).utf8
            case 0..<0x20: throw notJSON
            default: bytes.append(byte)
            }
        }
        throw notJSON
    }

    /// Behind the backslash.
    private mutating func escape() throws(PolicyError) -> Unicode.Scalar {
        guard let byte = current else { throw notJSON }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw notJSON
        }
        let unit = try codeUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // The first half of a surrogate pair; the second has to follow.
        guard unit < 0xDC00, take("\\"), take("u") else { throw notJSON }
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw notJSON }
        return scalar
    }

    private mutating func codeUnit() throws(PolicyError) -> UInt32 {
        let digits = text[position...].prefix(4)
        guard digits.count == 4,
            digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw notJSON }
        position += 4
        return unit
    }
}
