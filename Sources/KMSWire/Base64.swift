internal import SecretMemory

/// Base64 with padding (RFC 4648, section 4), by arithmetic only: what a table is read at would
/// tell of a key through the processor's cache.
enum Base64 {
    static func encodedByteCount(_ byteCount: Int) -> Int { (byteCount + 2) / 3 * 4 }

    /// Calls `emit` with each character.
    static func encode(_ bytes: RawSpan, _ emit: (UInt8) -> Void) {
        var offset = 0
        while offset < bytes.byteCount {
            let count = min(3, bytes.byteCount - offset)
            var group = 0
            for index in 0..<3 {
                group = group << 8 | (index < count ? Int(bytes.byte(at: offset + index)) : 0)
            }
            for index in 0..<4 {
                emit(
                    index <= count
                        ? character(group >> (18 - 6 * index) & 63) : UInt8(ascii: "="))
            }
            offset += 3
        }
    }

    static func encode(_ secret: borrowing SecretBytes) -> SecretBytes {
        secret.withBytes { bytes in
            var count = 0
            return SecretBytes(byteCount: encodedByteCount(bytes.byteCount)) { text in
                encode(bytes) { character in
                    text.storeBytes(of: character, toByteOffset: count, as: UInt8.self)
                    count += 1
                }
            }
        }
    }

    /// Nothing unless it is whole: padded, without blanks, and with no bit set that means nothing.
    static func decode(_ text: RawSpan) -> SecretBytes? {
        guard text.byteCount.isMultiple(of: 4) else { return nil }
        var padding = 0
        while padding < min(2, text.byteCount),
            text.byte(at: text.byteCount - 1 - padding) == UInt8(ascii: "=")
        {
            padding += 1
        }
        let count = text.byteCount / 4 * 3 - padding
        // Negative once a character is none of the alphabet; positive at the end if bits are left.
        var wrong = 0
        let bytes = SecretBytes(byteCount: count) { bytes in
            for start in stride(from: 0, to: text.byteCount, by: 4) {
                var group = 0
                for index in start..<(start + 4) {
                    let isPadding = index >= text.byteCount - padding
                    let value = isPadding ? 0 : value(Int(text.byte(at: index)))
                    wrong |= value >> 8
                    group = group << 6 | (value & 63)
                }
                for index in 0..<3 {
                    let byte = UInt8(truncatingIfNeeded: group >> (16 - 8 * index))
                    let offset = start / 4 * 3 + index
                    if offset < count {
                        bytes.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
                    } else {
                        wrong |= Int(byte)
                    }
                }
            }
        }
        guard wrong == 0 else { return nil }
        return bytes
    }

    /// Of 0…63. A difference that is negative has all ones above its lowest eight bits.
    private static func character(_ value: Int) -> UInt8 {
        var character = value + 0x41
        character += (25 - value) >> 8 & 6
        character -= (51 - value) >> 8 & 75
        character -= (61 - value) >> 8 & 15
        character += (62 - value) >> 8 & 3
        return UInt8(truncatingIfNeeded: character)
    }

    /// 0…63, or -1: each line adds to the -1 if the character is in its range.
    private static func value(_ character: Int) -> Int {
        var value = -1
        value += ((0x40 - character) & (character - 0x5B)) >> 8 & (character - 64)
        value += ((0x60 - character) & (character - 0x7B)) >> 8 & (character - 70)
        value += ((0x2F - character) & (character - 0x3A)) >> 8 & (character + 5)
        value += ((0x2A - character) & (character - 0x2C)) >> 8 & 63
        value += ((0x2E - character) & (character - 0x30)) >> 8 & 64
        return value
    }
}
