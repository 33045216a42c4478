internal import ContainerFormat
internal import ZstdCodec

/// Keeps the entries of a member index until the archive's end, compressed in memory: some fifteen
/// bytes a member, and nothing of it on a disk. Used by one thread at a time.
final class MemberIndexRecorder {
    private static let blockByteCount = 256 << 10
    private static let capacity = blockByteCount + IndexedMember.largestByteCount

    private struct Block {
        let bytes: [UInt8]
        let isCompressed: Bool
    }

    private let compressor: ZstdCompressor
    private let decompressor: ZstdDecompressor
    private var blocks: [Block] = []
    private var open: [UInt8] = []
    private(set) var byteCount: UInt64 = 0
    private(set) var memberCount: UInt64 = 0

    init() throws {
        compressor = try ZstdCompressor(level: 3)
        decompressor = try ZstdDecompressor()
    }

    func append(_ member: IndexedMember) throws {
        let entry = member.encoded
        open += entry
        byteCount += UInt64(entry.count)
        memberCount += 1
        if open.count >= Self.blockByteCount { try close() }
    }

    /// How many pieces ``piece(_:)`` has.
    var pieceCount: Int { blocks.count + (open.isEmpty ? 0 : 1) }

    /// The entries in their order, a piece at a time.
    func piece(_ number: Int) throws -> [UInt8] {
        guard number < blocks.count else { return open }
        let block = blocks[number]
        guard block.isCompressed else { return block.bytes }
        var bytes = [UInt8](repeating: 0, count: Self.capacity)
        var span = bytes.mutableSpan
        var room = unsafe span.mutableBytes
        let count = unsafe try decompressor.decompress(block.bytes.span.bytes, into: &room)
        bytes.removeSubrange(count...)
        return bytes
    }

    private func close() throws {
        var bytes = [UInt8](repeating: 0, count: open.count)
        var span = bytes.mutableSpan
        var room = unsafe span.mutableBytes
        let plain = open
        let compressed = unsafe try compressor.compress(plain.span.bytes, into: &room)
        if let count = compressed {
            blocks.append(Block(bytes: Array(bytes[..<count]), isCompressed: true))
        } else {
            blocks.append(Block(bytes: open, isCompressed: false))
        }
        open.removeAll(keepingCapacity: true)
    }
}
