/// Numbers of bytes, for people: `10485760` ⇄ `10 MiB`. No locale has a say in it.
enum ByteCount {
    private static let factors: [String: UInt64] = [
        "": 1, "b": 1,
        "k": 1 << 10, "kib": 1 << 10, "kb": 1000,
        "m": 1 << 20, "mib": 1 << 20, "mb": 1_000_000,
        "g": 1 << 30, "gib": 1 << 30, "gb": 1_000_000_000,
        "t": 1 << 40, "tib": 1 << 40, "tb": 1_000_000_000_000,
        "p": 1 << 50, "pib": 1 << 50, "pb": 1_000_000_000_000_000,
    ]

    /// `4096`, `4k`, `4KiB` (1024) or `4kB` (1000). Nothing for anything else or more than 64 bits.
    static func parse(_ text: String) -> UInt64? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard !digits.isEmpty, let number = UInt64(Substring(digits)) else { return nil }
        let unit = String(decoding: text.utf8.dropFirst(digits.count).map(lowercase), as: UTF8.self)
        guard let factor = factors[unit] else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }

    /// ASCII only: in Turkish, `I` has another small letter.
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// One decimal at most: `0 B`, `17 B`, `1.5 KiB`, `10 MiB`.
    static func text(_ count: UInt64) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        let (product, overflow) = count.multipliedReportingOverflow(by: 10)
        var unit = overflow ? 1 : 0
        var tenths = overflow ? count / 1024 * 10 : product
        while tenths >= 10240, unit < units.count - 1 {
            tenths = tenths / 1024 + (tenths % 1024) / 512
            unit += 1
        }
        let fraction = unit == 0 || tenths % 10 == 0 ? "" : ".\(tenths % 10)"
        return "\(tenths / 10)\(fraction) \(units[unit])"
    }
}
