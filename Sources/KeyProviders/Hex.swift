package import SecretMemory

/// Hexadecimal digits.
package enum Hex {
    private static let alphabet = Array("0123456789abcdef".utf8)

    package static func digits(_ byte: UInt8) -> [UInt8] {
        [alphabet[Int(byte >> 4)], alphabet[Int(byte & 15)]]
    }

    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap(digits), as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The secret that `digits` spell, without a copy outside secret memory. Nothing if a digit is
    /// none or their number is odd.
    package static func secret(_ digits: RawSpan) -> SecretBytes? {
        guard digits.byteCount.isMultiple(of: 2) else { return nil }
        var isValid = true
        let secret = SecretBytes(byteCount: digits.byteCount / 2) { output in
            for offset in 0..<output.byteCount {
                let high = unsafe value(
                    digits.unsafeLoad(fromByteOffset: 2 * offset, as: UInt8.self))
                let low = unsafe value(
                    digits.unsafeLoad(fromByteOffset: 2 * offset + 1, as: UInt8.self))
                if high == nil || low == nil { isValid = false }
                output.storeBytes(
                    of: (high ?? 0) << 4 | (low ?? 0), toByteOffset: offset, as: UInt8.self)
            }
        }
        guard isValid else { return nil }
        return secret
    }
}
