internal import SecretMemory

extension JSONString {
    /// The bytes that a public string stands for.
    func unescaped(in text: RawSpan) -> [UInt8] {
        guard hasEscapes else { return text.publicBytes(range) }
        var bytes: [UInt8] = []
        forEachByte(in: text) { bytes.append($0) }
        return bytes
    }

    /// The bytes that a secret string stands for, which never are more than its own.
    func unescapedSecret(in text: RawSpan) -> SecretBytes {
        guard hasEscapes else { return SecretBytes(copying: text.extracting(range)) }
        var count = 0
        return SecretBytes(byteCount: range.count) { secret in
            forEachByte(in: text) { byte in
                secret.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
                count += 1
            }
        }.prefix(byteCount: count)
    }

    /// UTF-8 as it stands between quotation marks.
    static func escaped(_ text: RawSpan) -> SecretBytes {
        var count = 0
        // `\u00XX` at the most for each byte.
        return SecretBytes(byteCount: 6 * text.byteCount) { output in
            for offset in 0..<text.byteCount {
                forEachEscapedByte(text.byte(at: offset)) { byte in
                    output.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
                    count += 1
                }
            }
        }.prefix(byteCount: count)
    }

    /// RFC 8259, section 7.
    static func forEachEscapedByte(_ byte: UInt8, _ body: (UInt8) -> Void) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            body(UInt8(ascii: "\\"))
            body(byte)
        case 0..<0x20:
            for escape in "\\u00".utf8 { body(escape) }
            for digit in ASCII.hexadecimal([byte]) { body(digit) }
        default: body(byte)
        }
    }

    private func forEachByte(in text: RawSpan, _ body: (UInt8) -> Void) {
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = text.byte(at: position)
            if byte != UInt8(ascii: "\\") {
                body(byte)
                position += 1
            } else if let (scalar, length) = Self.escape(at: position, in: text) {
                for byte in String(scalar).utf8 { body(byte) }
                position += length
            } else {
                preconditionFailure("JSON string: an escape was read and is none")
            }
        }
    }

    /// The character that an escape stands for, and how long the escape is; nothing if it is none.
    static func escape(at start: Int, in text: RawSpan) -> (Unicode.Scalar, length: Int)? {
        guard start + 1 < text.byteCount else { return nil }
        switch text.byte(at: start + 1) {
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
        guard let unit = codeUnit(at: start, in: text) else { return nil }
        if let scalar = Unicode.Scalar(unit) { return (scalar, 6) }
        // The first half of a surrogate pair; the second has to follow.
        guard unit < 0xDC00, let low = codeUnit(at: start + 6, in: text),
            (0xDC00...0xDFFF).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { return nil }
        return (scalar, 12)
    }

    /// Of `\uXXXX`.
    private static func codeUnit(at start: Int, in text: RawSpan) -> UInt32? {
        guard start + 6 <= text.byteCount, text.byte(at: start) == UInt8(ascii: "\\"),
            text.byte(at: start + 1) == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt32 = 0
        for offset in 2..<6 {
            guard let digit = ASCII.hexadecimalValue(text.byte(at: start + offset)) else {
                return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
