/// The padding of a data frame's plaintext: body ‖ 80 ‖ 00… (container-v1, 7.5).
package enum Padding: Equatable, Sendable {
    /// Rounded up so that at most 12 % are added and only O(log log length) bits of it are told.
    case padme
    /// Rounded up to a multiple of so many bytes.
    case multiple(of: Int)

    /// How long the frame's plaintext becomes: at least one byte more than the body, at most
    /// `limit`.
    package func paddedByteCount(body: Int, limit: Int) -> Int {
        let least = body + 1
        switch self {
        case .padme:
            guard least > 1 else { return least }
            let exponent = Int.bitWidth - 1 - least.leadingZeroBitCount
            let significant = exponent == 0 ? 1 : Int.bitWidth - exponent.leadingZeroBitCount
            let mask = (1 << max(0, exponent - significant)) - 1
            return min((least + mask) & ~mask, limit)
        case .multiple(let size):
            return min((least + size - 1) / size * size, limit)
        }
    }

    /// The body's length in a padded plaintext. Nothing if no mark is there.
    package static func bodyByteCount(_ padded: RawSpan) -> Int? {
        var end = padded.byteCount
        while end > 0 {
            let byte = unsafe padded.unsafeLoad(fromByteOffset: end - 1, as: UInt8.self)
            if byte == 0x80 { return end - 1 }
            guard byte == 0 else { return nil }
            end -= 1
        }
        return nil
    }
}
