/// The text form of a container: base64 in lines of 64 characters between two fixed lines.
///
/// What is written ends every line in LF. What is read may have been through mail or a clipboard: a
/// byte order mark before it, CR LF for LF, and no line end at the very end.
package enum Armor {
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    /// Without their line ends.
    package static let beginLine = Array("-----BEGIN COFFER CONTAINER-----".utf8)
    package static let endLine = Array("-----END COFFER CONTAINER-----".utf8)
    package static let lineByteCount = 48
    /// 64 characters, CR and LF.
    package static let longestLineByteCount = 66

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// One line with its line feed. `bytes` are 48, or 1 to 48 in the last line.
    package static func encodeLine(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(65)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let group = bytes[position..<min(position + 3, bytes.endIndex)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * (3 - group.count))
            for character in 0..<4 {
                line.append(
                    character <= group.count
                        ? alphabet[Int(word >> (18 - 6 * UInt32(character)) & 63)]
                        : UInt8(ascii: "="))
            }
            position += 3
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The bytes of a line without its line end. Nothing unless it is canonical base64 of 1 to 64
    /// characters: a multiple of four, padding only at the end, unused bits zero.
    package static func decodeLine(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        guard (1...64).contains(line.count), line.count % 4 == 0 else { return nil }
        let padding = line.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48)
        var accumulator: UInt32 = 0
        var bits = 0
        for character in line.dropLast(padding) {
            let value = values[Int(character)]
            guard value != 0xFF else { return nil }
            accumulator = accumulator << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bits)))
                accumulator &= (1 << UInt32(bits)) - 1
            }
        }
        guard accumulator == 0 else { return nil }
        return bytes
    }
}
