/// Walks bytes that are mostly UTF-8: one scalar, or one byte that is part of none, at a time.
///
/// Strict as the Unicode standard's table 3-7: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
struct UTF8Scanner {
    enum Element: Equatable {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func next() -> Element? {
        guard position < bytes.count else { return nil }
        let first = bytes[position]
        guard let (scalar, length) = scalar(startingWith: first) else {
            position += 1
            return .invalid(first)
        }
        position += length
        return .scalar(scalar)
    }

    private func scalar(startingWith first: UInt8) -> (Unicode.Scalar, length: Int)? {
        switch first {
        case 0x00...0x7F: return (Unicode.Scalar(first), 1)
        case 0xC2...0xDF: return combine(UInt32(first & 0x1F), length: 2, smallest: 0x80)
        case 0xE0...0xEF: return combine(UInt32(first & 0x0F), length: 3, smallest: 0x800)
        case 0xF0...0xF4: return combine(UInt32(first & 0x07), length: 4, smallest: 0x10000)
        default: return nil
        }
    }

    private func combine(
        _ leading: UInt32, length: Int, smallest: UInt32
    ) -> (Unicode.Scalar, length: Int)? {
        guard position + length <= bytes.count else { return nil }
        var value = leading
        for byte in bytes[(position + 1)..<(position + length)] {
            guard byte & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        // Unicode.Scalar refuses surrogates and what lies above U+10FFFF.
        guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }
}
