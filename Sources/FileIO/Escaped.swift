/// Text that came from a file, a name or a server, made safe to print (R38).
///
/// Control characters (C0, C1, DEL), bidirectional and other invisible format characters, line and
/// paragraph separators and bytes that are no UTF-8 are spelled out: `\n`, `\x1B`, `\u{202E}`. The
/// backslash becomes `\\`, so that nobody can write an escape by hand. Zero-width joiner and
/// non-joiner stay: emoji and Persian names need them.
package enum Escaped {
    package static func text(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { append(scalar, to: &result) }
        return result
    }

    package static func bytes(_ bytes: [UInt8]) -> String {
        var result = ""
        var scanner = UTF8Scanner(bytes)
        while let element = scanner.next() {
            switch element {
            case .scalar(let scalar): append(scalar, to: &result)
            case .invalid(let byte): result += "\\x" + hexadecimal(UInt32(byte), width: 2)
            }
        }
        return result
    }

    /// A string that ``ArgumentBytes/encode(_:)`` made: an argument, a line of a keys file.
    package static func argument(_ text: String) -> String { bytes(ArgumentBytes.decode(text)) }

    private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
            result += "\\x" + hexadecimal(scalar.value, width: 2)
        case _ where isInvisible(scalar):
            result += "\\u{" + hexadecimal(scalar.value, width: 1) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x80 else { return false }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return true
        case .format: return scalar != "\u{200C}" && scalar != "\u{200D}"
        default: return false
        }
    }

    private static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
