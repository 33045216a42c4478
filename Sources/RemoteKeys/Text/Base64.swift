internal import SecretMemory

/// Standard base64 with padding (RFC 4648, section 4), and nothing looser. Without tables: which
/// digit it is shows in no memory address.
enum Base64 {
    private static let pad = UInt8(ascii: "=")

    static func text(_ bytes: [UInt8]) -> String {
        var output = SecretBuilder()
        append(unsafe SecretBytes(copying: bytes.span.bytes), to: &output)
        let text = SecretText(output.finish())
        return text.string(0..<text.count) ?? ""
    }

    /// Writes the digits of a secret behind what `output` holds.
    static func append(_ secret: borrowing SecretBytes, to output: inout SecretBuilder) {
        secret.withBytes { bytes in
            for start in stride(from: 0, to: bytes.byteCount, by: 3) {
                let end = min(start + 3, bytes.byteCount)
                var bits: UInt32 = 0
                for index in start..<(start + 3) {
                    let byte =
                        index < end
                        ? unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) : 0
                    bits = bits << 8 | UInt32(byte)
                }
                for position in 0..<4 {
                    let value = UInt8(bits >> (18 - 6 * UInt32(position)) & 63)
                    output.append(position <= end - start ? digit(value) : pad)
                }
            }
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

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

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
