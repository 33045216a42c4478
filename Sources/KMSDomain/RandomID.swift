/// Sixteen random bytes that name something for ever: a key, a version of it, a request.
package struct RandomID: Hashable, Comparable, Sendable {
    package static let byteCount = 16

    // Big-endian: comparing the numbers compares the bytes.
    @usableFromInline let value: UInt128

    /// Nothing unless there are 16 bytes.
    @inlinable package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    /// From its written form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower-case hexadecimal.
    package init?(text: some StringProtocol) {
        var value: UInt128 = 0
        var count = 0
        for byte in text.utf8 {
            if [8, 13, 18, 23].contains(count) {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Self.digit(byte) else { return nil }
                value = value << 4 | UInt128(digit)
            }
            count += 1
            guard count <= 36 else { return nil }
        }
        guard count == 36 else { return nil }
        self.value = value
    }

    /// From 32 digits of lower-case hexadecimal.
    package init?(hexadecimal text: some StringProtocol) {
        guard text.utf8.count == 2 * Self.byteCount else { return nil }
        var value: UInt128 = 0
        for byte in text.utf8 {
            guard let digit = Self.digit(byte) else { return nil }
            value = value << 4 | UInt128(digit)
        }
        self.value = value
    }

    /// A version 4 UUID (RFC 9562, 5.4) made of 16 random bytes.
    package init?(uuidFromRandomBytes bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        var bytes = bytes
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        self.init(bytes: bytes)
    }

    package var bytes: [UInt8] {
        (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: value >> (120 - 8 * $0)) }
    }

    /// 36 characters of ASCII.
    package var text: String { String(decoding: textBytes, as: UTF8.self) }

    package var textBytes: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 {
                text.append(UInt8(ascii: "-"))
            }
            text.append(
                Self.hexadecimal(UInt8(truncatingIfNeeded: value >> (124 - 4 * index)) & 15))
        }
        return text
    }

    /// 32 characters, without dashes.
    package var hexadecimal: String {
        String(decoding: textBytes.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }

    package static func < (left: RandomID, right: RandomID) -> Bool { left.value < right.value }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    private static func hexadecimal(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

/// Names a key in its store, each replica of a multi-Region key by one of its own; unique across
/// accounts. Of a key that is no replica it is the id in its ``KeyName``.
package typealias KeyID = RandomID

/// Names one version of a key's material.
package typealias VersionID = RandomID
