/// AWS's UriEncode: all but letters, digits and `-._~` as `%XX` with upper-case digits.
enum PercentEncoding {
    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            if ASCII.isLetterOrDigit(byte) || "-._~".utf8.contains(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }

    /// - Throws: ``SigV4Error/malformedQuery`` for a `%` without two digits.
    static func decode(_ bytes: ArraySlice<UInt8>) throws(SigV4Error) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(ASCII.hexadecimalValue),
                let low = rest.popFirst().flatMap(ASCII.hexadecimalValue)
            else { throw .malformedQuery }
            result.append(high << 4 | low)
        }
        return result
    }
}
