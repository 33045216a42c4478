/// Carries bytes through Swift strings without loss: names and arguments are bytes on Linux, and
/// the argument parser takes strings.
///
/// The escape: what is valid UTF-8 is itself; any other byte `b` becomes the private-use character
/// U+EF00 + b. So that nothing is lost, a character U+EF00…U+EFFF that really occurs is escaped too,
/// each of its three bytes by itself. Hence `decode(encode(bytes)) == bytes` for all bytes.
///
/// Only strings made by `encode` go through `decode`: other text may hold such a character.
package enum ArgumentBytes {
    private static let escapes: ClosedRange<UInt32> = 0xEF00...0xEFFF

    package static func encode(_ bytes: [UInt8]) -> String {
        var result = String.UnicodeScalarView()
        var scanner = UTF8Scanner(bytes)
        while let element = scanner.next() {
            switch element {
            case .invalid(let byte): result.append(escape(byte))
            case .scalar(let scalar) where escapes.contains(scalar.value):
                for byte in Array(UTF8.encode(scalar) ?? .init()) { result.append(escape(byte)) }
            case .scalar(let scalar): result.append(scalar)
            }
        }
        return String(result)
    }

    package static func decode(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if escapes.contains(scalar.value) {
                result.append(UInt8(scalar.value - escapes.lowerBound))
            } else {
                result.append(contentsOf: UTF8.encode(scalar) ?? .init())
            }
        }
        return result
    }

    private static func escape(_ byte: UInt8) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(escapes.lowerBound + UInt32(byte)) else {
            preconditionFailure("argument bytes: U+EF00…U+EFFF are characters")
        }
        return scalar
    }
}
