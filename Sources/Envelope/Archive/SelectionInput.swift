internal import ArchiveIO
internal import ContainerFormat
internal import StreamPipeline

/// Some stretches of an archive's plaintext as an archive of their own, a chunk at a time.
final class SelectionInput: ArchiveInput {
    private var ranges: ArraySlice<Range<UInt64>>
    private let buffer: ChunkBuffer
    private let read: (Range<UInt64>, (RawSpan) throws -> Void) throws -> Void
    private var isEnded = false

    init(
        _ ranges: [Range<UInt64>], chunkByteCount: Int,
        read: @escaping (Range<UInt64>, (RawSpan) throws -> Void) throws -> Void
    ) {
        self.ranges = ranges[...]
        buffer = ChunkBuffer(byteCount: chunkByteCount)
        self.read = read
    }

    func next() throws -> UnsafeRawBufferPointer {
        var count = 0
        if let range = ranges.popFirst() {
            let size = UInt64(buffer.byteCount)
            let end = min(range.upperBound, (range.lowerBound / size + 1) * size)
            if end < range.upperBound {
                ranges = [end..<range.upperBound] + ranges
            }
            try read(range.lowerBound..<end) { part in
                let room = count..<count + part.byteCount
                buffer.withMutableBytes(room) { room in
                    unsafe room.withUnsafeMutableBytes { room in
                        unsafe part.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
                    }
                }
                count += part.byteCount
            }
            guard UInt64(count) == end - range.lowerBound else {
                throw MemberIndexError.footer
            }
        } else if !isEnded {
            isEnded = true
            count = 2 * Int(MemberIndexFooter.blockByteCount)
            buffer.withMutableBytes(0..<count) { zeros in
                for offset in 0..<count {
                    zeros.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
                }
            }
        }
        return unsafe buffer.withBytes(0..<count) { unsafe $0.withUnsafeBytes { unsafe $0 } }
    }
}
