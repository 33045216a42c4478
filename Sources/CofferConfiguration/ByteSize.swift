/// Sizes as people write them: `65536`, `64K`, `4M`, `4MiB`, `1G`. K, M, G and T are powers of 1024.
package enum ByteSize {
    /// Nil for what is no size or more than 64 bits.
    package static func parse(_ text: String) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let value = UInt64(digits) else { return nil }
        let shift: UInt64
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": shift = 0
        case "k", "kb", "kib": shift = 10
        case "m", "mb", "mib": shift = 20
        case "g", "gb", "gib": shift = 30
        case "t", "tb", "tib": shift = 40
        default: return nil
        }
        let (size, overflow) = value.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : size
    }
}
