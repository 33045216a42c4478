/// An address of IPv4 or IPv6, or a range of them in CIDR notation: `203.0.113.0/24`, `2001:db8::/32`.
///
/// An IPv4 address that is mapped into IPv6 (`::ffff:203.0.113.5`) is the IPv4 address: a socket that
/// serves both families tells of it in that form.
package struct AddressRange: Equatable, Sendable {
    private static let mappedPrefix: UInt128 = 0xFFFF << 32

    // IPv4 as mapped into IPv6, so that there is one kind of number.
    private let address: UInt128
    private let prefixBitCount: Int

    /// Nothing unless it is an address, alone or with the number of bits that count.
    package init?(_ text: String) {
        let parts = text.utf8.split(
            separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        let isIPv4 = !first.contains(UInt8(ascii: ":"))
        guard let address = isIPv4 ? Self.mapped(first) : Self.ipv6(first) else { return nil }
        var bitCount = 128
        if parts.count == 2 {
            guard let given = Self.decimal(parts[1], limit: isIPv4 ? 32 : 128) else { return nil }
            bitCount = isIPv4 ? 96 + given : given
        }
        prefixBitCount = bitCount
        self.address = address & Self.mask(bitCount)
    }

    var isSingle: Bool { prefixBitCount == 128 }

    func contains(_ other: AddressRange) -> Bool {
        guard prefixBitCount <= other.prefixBitCount else { return false }
        // No range of IPv6 has the IPv4 addresses in it unless it is of them alone.
        if prefixBitCount < 96, other.address & Self.mask(96) == Self.mappedPrefix { return false }
        return other.address & Self.mask(prefixBitCount) == address
    }

    private static func mask(_ bitCount: Int) -> UInt128 {
        bitCount == 0 ? 0 : ~0 << (128 - bitCount)
    }

    private static func mapped(_ text: some Collection<UInt8>) -> UInt128? {
        guard let value = ipv4(text) else { return nil }
        return mappedPrefix | UInt128(value)
    }

    private static func ipv4(_ text: some Collection<UInt8>) -> UInt32? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard let number = decimal(part, limit: 255) else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    /// RFC 4291, 2.2: eight groups, one run of zeros as `::`, the last two also as an IPv4 address.
    private static func ipv6(_ text: Substring.UTF8View) -> UInt128? {
        let colon = UInt8(ascii: ":")
        var groups = text.split(separator: colon, omittingEmptySubsequences: false)
            .map { Array($0) }
        var tail: [UInt16] = []
        if let last = groups.last, last.contains(UInt8(ascii: ".")) {
            guard let value = ipv4(last) else { return nil }
            tail = [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
            groups.removeLast()
        }
        // At either end `::` makes two empty groups, one of which stands for the run.
        if groups.first?.isEmpty == true {
            guard groups.count + tail.count / 2 >= 3, groups[1].isEmpty else { return nil }
            groups.removeFirst()
        }
        if tail.isEmpty, groups.last?.isEmpty == true, groups.count > 1 {
            guard groups[groups.count - 2].isEmpty else { return nil }
            groups.removeLast()
        }
        var parts: [UInt16] = []
        var gap: Int?
        for group in groups {
            if group.isEmpty {
                guard gap == nil else { return nil }
                gap = parts.count
            } else {
                guard let part = hexadecimal(group) else { return nil }
                parts.append(part)
            }
        }
        parts += tail
        if let gap {
            guard parts.count < 8 else { return nil }
            parts.insert(contentsOf: repeatElement(0, count: 8 - parts.count), at: gap)
        }
        guard parts.count == 8 else { return nil }
        return parts.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// Without leading zeros, which some readers take for octal.
    private static func decimal(_ text: some Collection<UInt8>, limit: Int) -> Int? {
        guard !text.isEmpty, text.count <= 3, text.count == 1 || text.first != UInt8(ascii: "0")
        else { return nil }
        var value = 0
        for byte in text {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }

    private static func hexadecimal(_ text: [UInt8]) -> UInt16? {
        guard text.count <= 4 else { return nil }
        var value: UInt16 = 0
        for byte in text {
            switch ConditionName.folded(byte) {
            case let digit where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
                value = value << 4 | UInt16(digit - UInt8(ascii: "0"))
            case let letter where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(letter):
                value = value << 4 | UInt16(letter - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
