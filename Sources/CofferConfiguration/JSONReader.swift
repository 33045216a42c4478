/// Reads one JSON value (RFC 8259) with `//` and `/* */` comments, and nothing looser: no trailing
/// comma, no second key of the same name, no number that JSON does not have.
///
/// By hand, because the result carries positions and because Foundation costs more time to start
/// than the rest of the program.
struct JSONReader {
    private static let depthLimit = 32

    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var column = 1

    static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONNode {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw JSONSyntaxError(position: invalidPosition(bytes), reason: .notUTF8)
        }
        var reader = JSONReader(text)
        let node = try reader.value(depth: 0)
        try reader.skipBlanks()
        guard reader.index == reader.scalars.count else { throw reader.error(.trailing) }
        return node
    }

    private init(_ text: String) { scalars = Array(text.unicodeScalars) }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONNode {
        guard depth < Self.depthLimit else { throw error(.tooDeep) }
        try skipBlanks()
        let start = position
        let value: JSONNode.Value
        switch current {
        case "{": value = .object(try object(depth: depth))
        case "[": value = .array(try array(depth: depth))
        case "\"": value = .string(try string())
        case "t": value = try word("true", .bool(true))
        case "f": value = try word("false", .bool(false))
        case "n": value = try word("null", .null)
        case "-": value = .number(try number())
        case _ where isDigit: value = .number(try number())
        default: throw unexpected()
        }
        return JSONNode(position: start, value: value)
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> [JSONNode.Member] {
        var members: [JSONNode.Member] = []
        advance()
        try skipBlanks()
        if take("}") { return members }
        while true {
            try skipBlanks()
            guard current == "\"" else { throw unexpected() }
            let start = position
            let key = try string()
            guard !members.contains(where: { $0.key == key }) else {
                throw JSONSyntaxError(position: start, reason: .duplicateKey(key))
            }
            try skipBlanks()
            guard take(":") else { throw unexpected() }
            let value = try value(depth: depth + 1)
            members.append(.init(key: key, position: start, value: value))
            try skipBlanks()
            if take("}") { return members }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> [JSONNode] {
        var elements: [JSONNode] = []
        advance()
        try skipBlanks()
        if take("]") { return elements }
        while true {
            elements.append(try value(depth: depth + 1))
            try skipBlanks()
            if take("]") { return elements }
            guard take(",") else { throw unexpected() }
        }
    }

    private mutating func word(
        _ text: String, _ value: JSONNode.Value
    ) throws(JSONSyntaxError) -> JSONNode.Value {
        for scalar in text.unicodeScalars {
            guard take(scalar) else { throw unexpected() }
        }
        return value
    }

    private mutating func number() throws(JSONSyntaxError) -> String {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(String.UnicodeScalarView(scalars[start..<index]))
    }

    private mutating func digits() throws(JSONSyntaxError) {
        guard isDigit else { throw error(.badNumber) }
        while isDigit { advance() }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        var result = String.UnicodeScalarView()
        let start = position
        advance()
        while let scalar = current {
            switch scalar {
            case "\"":
                advance()
                return String(result)
            case "\\": result.append(try escape())
            case _ where scalar.value < 0x20:
                throw JSONSyntaxError(position: start, reason: .unfinishedString)
            default:
                result.append(scalar)
                advance()
            }
        }
        throw JSONSyntaxError(position: start, reason: .unfinishedString)
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let start = position
        let bad = JSONSyntaxError(position: start, reason: .badEscape)
        advance()
        guard let letter = current else { throw bad }
        advance()
        switch letter {
        case "\"", "\\", "/": return letter
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u": break
        default: throw bad
        }
        guard let unit = fourDigits() else { throw bad }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // The first half of a surrogate pair; the second has to follow.
        guard unit < 0xDC00, take("\\"), take("u"), let low = fourDigits(),
            (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw bad }
        return scalar
    }

    private mutating func fourDigits() -> UInt32? {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = current, scalar.isASCII, let digit = Character(scalar).hexDigitValue
            else { return nil }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }

    private mutating func skipBlanks() throws(JSONSyntaxError) {
        while let scalar = current {
            switch scalar {
            case " ", "\t", "\n", "\r": advance()
            case "/": try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(JSONSyntaxError) {
        let start = position
        advance()
        if take("/") {
            while let scalar = current, scalar != "\n" { advance() }
        } else if take("*") {
            while current != nil {
                if take("*") {
                    if take("/") { return }
                } else {
                    advance()
                }
            }
            throw JSONSyntaxError(position: start, reason: .unfinishedComment)
        } else {
            throw JSONSyntaxError(position: start, reason: .unexpected("/"))
        }
    }

    private var current: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
    private var isDigit: Bool { current.map { ("0"..."9").contains($0) } ?? false }
    private var position: TextPosition { TextPosition(line: line, column: column) }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        advance()
        return true
    }

    private mutating func advance() {
        if current == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        index += 1
    }

    private func error(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(position: position, reason: reason)
    }

    private func unexpected() -> JSONSyntaxError {
        error(current.map { .unexpected($0) } ?? .unexpectedEnd)
    }

    /// The first line that is no UTF-8: no character goes over a line end.
    private static func invalidPosition(_ bytes: [UInt8]) -> TextPosition {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        return TextPosition(line: line + 1, column: 1)
    }
}
