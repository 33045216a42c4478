/// What the first bytes of a zstd frame (RFC 8878, 3.1.1.1) promise.
///
/// Read here and not by the library, which also takes legacy and skippable frames.
struct ZstdFrameHeader: Equatable {
    static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    let contentByteCount: UInt64
    let windowByteCount: UInt64

    /// Nothing if this is no plain frame, names a dictionary, sets the reserved bit or does not say
    /// how large its content is.
    init?(_ bytes: RawSpan) {
        func byte(_ offset: Int) -> UInt64? {
            guard offset < bytes.byteCount else { return nil }
            return unsafe UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))
        }
        for (offset, expected) in Self.magic.enumerated() {
            guard byte(offset) == UInt64(expected) else { return nil }
        }
        guard let descriptor = byte(4), descriptor & 0b0000_1011 == 0 else { return nil }
        let isSingleSegment = descriptor & 0b0010_0000 != 0
        let sizeFlag = descriptor >> 6
        guard isSingleSegment || sizeFlag != 0 else { return nil }

        var offset = 5
        var window: UInt64 = 0
        if !isSingleSegment {
            guard let value = byte(offset) else { return nil }
            let base = UInt64(1) << (10 + (value >> 3))
            window = base + (base / 8) * (value & 7)
            offset += 1
        }
        var content: UInt64 = 0
        for position in 0..<(1 << Int(sizeFlag)) {
            guard let value = byte(offset + position) else { return nil }
            content |= value << (8 * UInt64(position))
        }
        // Two bytes count from 256 on: smaller sizes have one byte.
        if sizeFlag == 1 { content += 256 }
        contentByteCount = content
        windowByteCount = isSingleSegment ? content : window
    }
}
