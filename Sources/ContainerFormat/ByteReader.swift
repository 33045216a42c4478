/// A place in a byte string, read forward. Every read says nothing (`nil`) where the bytes end.
package struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var offset: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        offset = bytes.startIndex
    }

    package var remaining: Int { bytes.endIndex - offset }

    package mutating func integer<T: FixedWidthInteger>(_ type: T.Type) -> T? {
        guard let field = take(MemoryLayout<T>.size) else { return nil }
        // In one integer of a known type: other rooms call this unspecialised, where each step in `T`
        // is a call.
        return T(truncatingIfNeeded: field.reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
    }

    package mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= remaining else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    /// A field behind its own length of two bytes.
    package mutating func takePrefixed() -> ArraySlice<UInt8>? {
        guard let count = integer(UInt16.self) else { return nil }
        return take(Int(count))
    }
}

extension [UInt8] {
    /// Appends an integer in network order.
    package mutating func append<T: FixedWidthInteger>(bigEndian value: T) {
        let value = UInt64(truncatingIfNeeded: value)
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
