extension RawSpan {
    /// One byte. The load is bounds-checked, and every bit pattern is a `UInt8`.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// A copy of public bytes.
    func publicBytes(_ range: Range<Int>) -> [UInt8] {
        range.map { byte(at: $0) }
    }
}
