extension Escaped {
    /// The bytes that ``bytes(_:)`` shows as `text`, of which more may be spelled out than it does;
    /// nothing if a backslash spells nothing.
    package static func read(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                continue
            }
            guard let escape = rest.popFirst(), let bytes = bytes(of: escape, &rest) else {
                return nil
            }
            result += bytes
        }
        return result
    }

    private static func bytes(of escape: UInt8, _ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        switch escape {
        case UInt8(ascii: "\\"): return [escape]
        case UInt8(ascii: "n"): return [UInt8(ascii: "\n")]
        case UInt8(ascii: "r"): return [UInt8(ascii: "\r")]
        case UInt8(ascii: "t"): return [UInt8(ascii: "\t")]
        case UInt8(ascii: "x"):
            let digits = rest.prefix(2)
            rest = rest.dropFirst(2)
            return number(digits, count: 2...2).flatMap(UInt8.init(exactly:)).map { [$0] }
        case UInt8(ascii: "u"):
            guard rest.popFirst() == UInt8(ascii: "{"),
                let end = rest.firstIndex(of: UInt8(ascii: "}")),
                let value = number(rest[..<end], count: 1...6),
                let scalar = Unicode.Scalar(value), let bytes = UTF8.encode(scalar)
            else { return nil }
            rest = rest[(end + 1)...]
            return Array(bytes)
        default: return nil
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>, count: ClosedRange<Int>) -> UInt32? {
        guard count.contains(digits.count), digits.first != UInt8(ascii: "+") else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
