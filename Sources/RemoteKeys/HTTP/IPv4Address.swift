/// Four bytes in dotted decimals, with no other spelling.
struct IPv4Address: Equatable, Sendable {
    let bytes: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            guard !part.isEmpty, part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
            guard part.utf8.count == 1 || part.utf8.first != 0x30 else { return nil }
            return UInt8(part)
        }
        guard parts.count == 4, bytes.count == 4 else { return nil }
        self.bytes = bytes
    }

    var isLoopback: Bool { bytes[0] == 127 }

    /// Whether the first `bitCount` bits are those of `other`.
    func matches(_ other: IPv4Address, bitCount: Int) -> Bool {
        let shift = UInt32(32 - bitCount)
        return bitCount == 0 || number >> shift == other.number >> shift
    }

    private var number: UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
