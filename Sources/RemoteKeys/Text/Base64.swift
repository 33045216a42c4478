internal import SecretMemory

/// Standard base64 with padding (RFC 4648, section 4), and nothing looser.
enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let pad = UInt8(ascii: "=")

    static func text(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        encode(count: bytes.count, byte: { bytes[$0] }) { digits.append($0) }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Writes the digits of a secret behind what `output` holds.
    static func append(_ secret: borrowing SecretBytes, to output: inout SecretBuilder) {
        secret.withBytes { bytes in
            encode(
                count: bytes.byteCount,
                byte: { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
            ) { output.append($0) }
        }
    }

    /// The bytes that `range` of `text` spells; nothing for what is not canonical.
    static func secret(_ text: SecretText, _ range: Range<Int>) -> SecretBytes? {
        guard range.count.isMultiple(of: 4) else { return nil }
        let digits = range.count - range.suffix(2).count { text[$0] == pad }
        let isPadded = range.suffix(2).first.map { text[$0] == pad } ?? false
        if isPadded, range.last.map({ text[$0] }) != pad { return nil }
        var isValid = true
        let secret = SecretBytes(byteCount: digits * 3 / 4) { output in
            var bits: UInt32 = 0
            for index in 0..<digits {
                guard let value = value(text[range.lowerBound + index]) else {
                    isValid = false
                    return
                }
                bits = bits << 6 | UInt32(value)
                // After digits 1, 2 and 3 of four another byte is whole.
                guard index % 4 != 0 else { continue }
                let left = UInt32(6 - 2 * (index % 4))
                output.storeBytes(
                    of: UInt8(truncatingIfNeeded: bits >> left),
                    toByteOffset: index / 4 * 3 + index % 4 - 1, as: UInt8.self)
            }
            // The bits of the last digit that no byte takes are zero.
            if digits % 4 == 2 { isValid = bits & 15 == 0 }
            if digits % 4 == 3 { isValid = bits & 3 == 0 }
        }
        guard isValid else { return nil }
        return secret
    }

    private static func encode(
        count: Int, byte: (Int) -> UInt8, _ digit: (UInt8) -> Void
    ) {
        for start in stride(from: 0, to: count, by: 3) {
            let length = min(3, count - start)
            var bits: UInt32 = 0
            for offset in 0..<3 {
                bits = bits << 8 | (offset < length ? UInt32(byte(start + offset)) : 0)
            }
            for position in 0..<4 {
                digit(position <= length ? alphabet[Int(bits >> (18 - 6 * position) & 63)] : pad)
            }
        }
    }

    /// Without a table: which digit it is shows in no memory address.
    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
