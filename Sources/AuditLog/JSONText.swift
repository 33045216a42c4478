internal import KMSDomain

/// JSON, written straight into bytes: a record for each call leaves no time for a general encoder.
struct JSONText {
    /// Longer strings are cut, so that nobody fills the log with one request. Of what a valid request
    /// has, that meets a description of 8,192 characters that are not ASCII, and a policy, which
    /// comes in pieces.
    static let maximumStringByteCount = 8192

    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(2048) }

    /// Bytes that are JSON already.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    mutating func raw(_ text: [UInt8]) { bytes.append(contentsOf: text) }

    /// The chain's link, as the last member of the object.
    mutating func append(_ link: ChainLink) { link.append(to: &bytes) }

    mutating func string(_ text: String) { string(text.utf8) }

    /// UTF-8, quoted. Nearly every string is short and plain, and is copied as a whole.
    mutating func string(_ text: some Collection<UInt8>) {
        guard text.count <= Self.maximumStringByteCount, Self.isPlain(text) else {
            return escaped(text)
        }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: text)
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private static func isPlain(_ text: some Collection<UInt8>) -> Bool {
        for byte in text {
            let isSpecial =
                byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
                || byte == 0x7F
            if isSpecial { return false }
        }
        return true
    }

    /// UTF-8, quoted and escaped (RFC 8259, section 7).
    private mutating func escaped(_ text: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var count = 0
        for byte in text {
            count += 1
            // Cut before a character, not within one.
            if count > Self.maximumStringByteCount, byte & 0xC0 != 0x80 {
                raw("…")
                break
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x00..<0x20, 0x7F:
                raw("\\u00")
                Hexadecimal.append([byte], to: &bytes)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func value(_ value: AuditField.Value) {
        switch value {
        case .text(let text): string(text)
        case .number(let number): raw(String(number))
        case .boolean(let boolean): raw(boolean ? "true" : "false")
        case .time(let time):
            bytes.append(UInt8(ascii: "\""))
            raw(time.iso8601Bytes)
            bytes.append(UInt8(ascii: "\""))
        case .pairs(let pairs):
            bytes.append(UInt8(ascii: "{"))
            for (index, pair) in pairs.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                string(pair.key)
                bytes.append(UInt8(ascii: ":"))
                string(pair.value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .fields(let fields): object(fields)
        case .list(let values): list(values)
        }
    }

    /// As many as any request that is not refused has.
    private static let maximumListCount = 256

    private mutating func list(_ values: [AuditField.Value]) {
        bytes.append(UInt8(ascii: "["))
        for (index, element) in values.prefix(Self.maximumListCount).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            value(element)
        }
        if values.count > Self.maximumListCount { raw(",\"…\"") }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func object(_ fields: [AuditField]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            // Names are ours, and plain.
            raw("\"")
            raw(field.name)
            raw("\"")
            bytes.append(UInt8(ascii: ":"))
            value(field.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }
}
