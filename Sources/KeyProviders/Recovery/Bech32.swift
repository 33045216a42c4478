internal import SecretMemory

/// Bech32 (BIP 173) without its limit of length, as age writes its keys.
///
///     text = prefix ‖ "1" ‖ bytes, five bits to a character ‖ checksum, six characters
///
/// It works in secret memory, since half of what is written so is a secret.
enum Bech32 {
    private static let alphabet = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let checksumCount = 6
    /// ASCII letters differ by this bit.
    private static let lowerCase: UInt8 = 0x20

    /// The text of `bytes`; all of it is of the prefix's case.
    static func encode(_ bytes: RawSpan, prefix: String) -> SecretBytes {
        let prefix = Array(prefix.utf8)
        let isUpper = prefix.contains(where: isUpperCase)
        let dataCount = (bytes.byteCount * 8 + 4) / 5
        return SecretBytes(byteCount: prefix.count + 1 + dataCount + checksumCount) { output in
            var checksum = Checksum(prefix: prefix)
            var end = 0
            func put(_ character: UInt8) {
                output.storeBytes(of: character, toByteOffset: end, as: UInt8.self)
                end += 1
            }
            func put(value: UInt8) {
                let letter = alphabet[Int(value)]
                put(isUpper && letter >= UInt8(ascii: "a") ? letter ^ lowerCase : letter)
            }
            for character in prefix { put(character) }
            put(UInt8(ascii: "1"))
            func put(data value: UInt8) {
                checksum.add(value)
                put(value: value)
            }
            var window: UInt32 = 0
            var bitCount: UInt32 = 0
            for offset in 0..<bytes.byteCount {
                window = window << 8 | UInt32(byte(bytes, offset))
                bitCount += 8
                while bitCount >= 5 {
                    bitCount -= 5
                    put(data: UInt8(window >> bitCount & 31))
                }
            }
            if bitCount > 0 { put(data: UInt8(window << (5 - bitCount) & 31)) }
            for value in checksum.values { put(value: value) }
        }
    }

    /// The bytes that `text` stands for, if it is all lower or all upper case, begins with `prefix`,
    /// and has its checksum.
    static func decode(
        _ text: RawSpan, prefix: String
    ) throws(RecoveryTextError) -> SecretBytes {
        let prefix = Array(prefix.utf8).map { isUpperCase($0) ? $0 ^ lowerCase : $0 }
        try requireOneCase(text)
        func character(_ offset: Int) -> UInt8 {
            let character = byte(text, offset)
            return isUpperCase(character) ? character ^ lowerCase : character
        }
        guard text.byteCount > prefix.count,
            (prefix + [UInt8(ascii: "1")]).enumerated().allSatisfy({ character($0) == $1 })
        else { throw .otherPrefix }
        let start = prefix.count + 1
        func value(_ offset: Int) throws(RecoveryTextError) -> UInt8 {
            guard let value = alphabet.firstIndex(of: character(offset)) else {
                throw .noSuchCharacter(position: offset + 1)
            }
            return UInt8(value)
        }
        let dataCount = text.byteCount - start - checksumCount
        guard dataCount >= 0 else { throw .otherLength }
        var checksum = Checksum(prefix: prefix)
        for offset in start..<text.byteCount { checksum.add(try value(offset)) }
        guard checksum.isRight else { throw .wrongChecksum }
        var window: UInt32 = 0
        var bitCount: UInt32 = 0
        let bytes = try SecretBytes(byteCount: dataCount * 5 / 8) {
            output throws(RecoveryTextError) in
            var end = 0
            for offset in start..<start + dataCount {
                window = window << 5 | UInt32(try value(offset))
                bitCount += 5
                guard bitCount >= 8 else { continue }
                bitCount -= 8
                output.storeBytes(
                    of: UInt8(window >> bitCount & 0xFF), toByteOffset: end, as: UInt8.self)
                end += 1
            }
        }
        // The bits behind the last byte: fewer than a character has, and all of them zero.
        guard bitCount < 5, window & (1 << bitCount - 1) == 0 else { throw .otherLength }
        return bytes
    }

    private static func requireOneCase(_ text: RawSpan) throws(RecoveryTextError) {
        var hasLower = false
        var hasUpper = false
        for offset in 0..<text.byteCount {
            let character = byte(text, offset)
            if isUpperCase(character) { hasUpper = true }
            if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(character) { hasLower = true }
        }
        if hasLower && hasUpper { throw .mixedCase }
    }

    private static func isUpperCase(_ character: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(character)
    }

    private static func byte(_ span: RawSpan, _ offset: Int) -> UInt8 {
        unsafe span.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// BIP 173's remainder over the lower-case prefix and the values.
    private struct Checksum {
        private static let generator: [UInt32] = [
            0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3,
        ]
        private var remainder: UInt32 = 1

        init(prefix: [UInt8]) {
            let prefix = prefix.map { isUpperCase($0) ? $0 ^ lowerCase : $0 }
            for character in prefix { add(character >> 5) }
            add(0)
            for character in prefix { add(character & 31) }
        }

        mutating func add(_ value: UInt8) {
            let top = remainder >> 25
            remainder = (remainder & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for (bit, polynomial) in Self.generator.enumerated() {
                remainder ^= polynomial & (0 &- (top >> UInt32(bit) & 1))
            }
        }

        /// With the checksum's own values added.
        var isRight: Bool { remainder == 1 }

        /// The six values that make it right.
        var values: [UInt8] {
            var padded = self
            for _ in 0..<checksumCount { padded.add(0) }
            let rest = padded.remainder ^ 1
            return (0..<checksumCount).map { UInt8(rest >> UInt32(5 * (5 - $0)) & 31) }
        }
    }
}

/// Why a text is no recovery key. None of it says anything of a secret.
package enum RecoveryTextError: Error, Equatable, Sendable {
    /// It does not begin as such keys do.
    case otherPrefix
    /// Upper and lower case letters.
    case mixedCase
    /// Counted from 1.
    case noSuchCharacter(position: Int)
    case wrongChecksum
    /// Characters are missing or too many, though the checksum fits.
    case otherLength
    /// Of the right length, and no public key of ML-KEM-768 and X25519.
    case noPublicKey
}
