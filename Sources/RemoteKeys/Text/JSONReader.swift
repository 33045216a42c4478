internal import SecretMemory

/// Reads one JSON value and nothing behind it. A second member of the same name is refused: two
/// readers could each take another one.
struct JSONReader {
    private static let depthLimit = 32

    private let text: SecretText
    private var index = 0

    /// Nothing if it is no JSON.
    static func read(_ text: SecretText) -> JSONAnswer? {
        var reader = JSONReader(text: text)
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        guard reader.index == reader.text.count else { return nil }
        return JSONAnswer(text: reader.text, value: value)
    }

    private init(text: SecretText) { self.text = text }

    private mutating func value(depth: Int) -> JSONAnswer.Value? {
        guard depth < Self.depthLimit else { return nil }
        skipBlanks()
        switch current {
        case UInt8(ascii: "{"): return object(depth: depth)
        case UInt8(ascii: "["): return array(depth: depth)
        case UInt8(ascii: "\""): return string().map { .string($0) }
        case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take("null") ? .null : nil
        default: return number().map { .number($0) }
        }
    }

    private mutating func object(depth: Int) -> JSONAnswer.Value? {
        index += 1
        var members: [(key: String, value: JSONAnswer.Value)] = []
        var names: Set<[UInt8]> = []
        skipBlanks()
        if take("}") { return .object(members) }
        repeat {
            skipBlanks()
            guard let range = string(),
                let key = JSONAnswer(text: text, value: .string(range)).string,
                names.insert(Array(key.utf8)).inserted
            else { return nil }
            skipBlanks()
            guard take(":"), let value = value(depth: depth + 1) else { return nil }
            members.append((key: key, value: value))
            skipBlanks()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> JSONAnswer.Value? {
        index += 1
        var values: [JSONAnswer.Value] = []
        skipBlanks()
        if take("]") { return .array(values) }
        repeat {
            guard let value = value(depth: depth + 1) else { return nil }
            values.append(value)
            skipBlanks()
        } while take(",")
        return take("]") ? .array(values) : nil
    }

    private mutating func number() -> Range<Int>? {
        let start = index
        _ = take("-")
        if !take("0"), !digits() { return nil }
        if take("."), !digits() { return nil }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            if !digits() { return nil }
        }
        return start..<index
    }

    private mutating func digits() -> Bool {
        let start = index
        while let byte = current, 0x30...0x39 ~= byte { index += 1 }
        return index > start
    }

    /// What stands between two quotes, its escapes checked.
    private mutating func string() -> Range<Int>? {
        guard take("\"") else { return nil }
        let start = index
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return start..<(index - 1)
            case UInt8(ascii: "\\"):
                guard let (_, length) = Self.escape(text, index, end: text.count) else {
                    return nil
                }
                index += length
            case 0..<0x20: return nil
            default: index += 1
            }
        }
        return nil
    }

    /// The bytes of a string whose escapes were checked.
    static func unescape(_ text: SecretText, _ range: Range<Int>) -> SecretBytes {
        var output = SecretBuilder(capacity: max(1, range.count))
        var index = range.lowerBound
        while index < range.upperBound {
            if text[index] == UInt8(ascii: "\\"),
                let (scalar, length) = escape(text, index, end: range.upperBound)
            {
                for byte in Unicode.UTF8.encode(scalar).map(Array.init) ?? [] {
                    output.append(byte)
                }
                index += length
            } else {
                output.append(text[index])
                index += 1
            }
        }
        return output.finish()
    }

    /// What the escape at `index` stands for, and how long it is. Nothing for one that JSON does
    /// not have, or half a surrogate pair.
    private static func escape(
        _ text: SecretText, _ index: Int, end: Int
    ) -> (scalar: Unicode.Scalar, length: Int)? {
        guard index + 1 < end else { return nil }
        switch text[index + 1] {
        case UInt8(ascii: "\""): return ("\"", 2)
        case UInt8(ascii: "\\"): return ("\\", 2)
        case UInt8(ascii: "/"): return ("/", 2)
        case UInt8(ascii: "b"): return ("\u{8}", 2)
        case UInt8(ascii: "f"): return ("\u{C}", 2)
        case UInt8(ascii: "n"): return ("\n", 2)
        case UInt8(ascii: "r"): return ("\r", 2)
        case UInt8(ascii: "t"): return ("\t", 2)
        case UInt8(ascii: "u"): break
        default: return nil
        }
        guard let unit = unit(text, index, end: end) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
        guard unit < 0xDC00, let low = self.unit(text, index + 6, end: end),
            0xDC00...0xDFFF ~= low,
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (scalar, 12)
    }

    /// Of `\uXXXX`.
    private static func unit(_ text: SecretText, _ index: Int, end: Int) -> UInt32? {
        guard index + 6 <= end, text.starts(with: "\\u", at: index) else { return nil }
        var value: UInt32 = 0
        for offset in 2..<6 {
            guard let digit = Character(Unicode.Scalar(text[index + offset])).hexDigitValue else {
                return nil
            }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private var current: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ word: StaticString) -> Bool {
        guard text.starts(with: word, at: index) else { return false }
        index += word.utf8CodeUnitCount
        return true
    }

    private mutating func skipBlanks() {
        while let byte = current, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }
}
