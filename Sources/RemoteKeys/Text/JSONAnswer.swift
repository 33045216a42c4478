internal import SecretMemory

/// A JSON value (RFC 8259) in a text that may hold secrets: strings stay where they lie until
/// somebody takes them as text or as a secret.
struct JSONAnswer: Sendable {
    indirect enum Value: Sendable {
        case null
        case bool(Bool)
        case number(Range<Int>)
        /// Between the quotes, escapes as written.
        case string(Range<Int>)
        case array([Value])
        case object([(key: String, value: Value)])
    }

    private let text: SecretText
    private let value: Value

    init(text: SecretText, value: Value) {
        self.text = text
        self.value = value
    }

    /// The member of that name; nothing where there is none, or it is null, or this is no object.
    subscript(key: String) -> JSONAnswer? {
        guard case .object(let members) = value else { return nil }
        guard let member = members.first(where: { $0.key == key })?.value else { return nil }
        if case .null = member { return nil }
        return JSONAnswer(text: text, value: member)
    }

    var isObject: Bool {
        if case .object = value { true } else { false }
    }

    var elements: [JSONAnswer]? {
        guard case .array(let values) = value else { return nil }
        return values.map { JSONAnswer(text: text, value: $0) }
    }

    var bool: Bool? {
        if case .bool(let bool) = value { bool } else { nil }
    }

    /// A whole number.
    var integer: Int? {
        guard case .number(let range) = value else { return nil }
        return text.string(range).flatMap { Int($0) }
    }

    /// For what is no secret.
    var string: String? {
        guard case .string(let range) = value else { return nil }
        return JSONReader.unescape(text, range).withBytes { bytes in
            String(
                validating: (0..<bytes.byteCount).map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }, as: UTF8.self)
        }
    }

    /// A string's bytes.
    var secret: SecretBytes? {
        guard case .string(let range) = value else { return nil }
        return JSONReader.unescape(text, range)
    }

    /// The bytes that a base64 string spells.
    var base64Secret: SecretBytes? {
        guard case .string(let range) = value else { return nil }
        return Base64.secret(text, range)
    }
}
