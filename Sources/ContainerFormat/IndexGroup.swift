/// One INDEX frame's plaintext: where a run of data frames begins, and their words.
///
///     u64 base ‖ u32 word × 65536, fewer only in the last group
package enum IndexGroup {
    package static let wordCount: UInt64 = 65536
    package static let baseByteCount = 8
    package static let largestByteCount = baseByteCount + 4 * 65536
    /// A full INDEX frame, word and tag included: group j begins j of these after the first.
    package static let fullFrameByteCount =
        FrameWord.byteCount + largestByteCount + FrameWord.tagByteCount

    package static func groupCount(chunkCount: UInt64) -> UInt64 {
        (chunkCount + wordCount - 1) / wordCount
    }

    /// Plaintext bytes of group `group` of a container with `chunkCount` chunks.
    package static func byteCount(group: UInt64, chunkCount: UInt64) -> Int {
        let words = min(wordCount, chunkCount - group * wordCount)
        return baseByteCount + 4 * Int(words)
    }
}

/// The TRAILER frame's plaintext: always the last 52 bytes of a container once sealed.
///
///     u64 chunks ‖ u64 plaintext bytes ‖ u64 offset of the first INDEX frame ‖ u64 payload bytes
package struct Trailer: Equatable, Sendable {
    package static let byteCount = 32
    package static let frameByteCount = FrameWord.byteCount + byteCount + FrameWord.tagByteCount

    package var chunkCount: UInt64
    package var plaintextByteCount: UInt64
    /// From the beginning of the payload.
    package var indexOffset: UInt64
    package var payloadByteCount: UInt64

    package init(
        chunkCount: UInt64, plaintextByteCount: UInt64, indexOffset: UInt64,
        payloadByteCount: UInt64
    ) {
        self.chunkCount = chunkCount
        self.plaintextByteCount = plaintextByteCount
        self.indexOffset = indexOffset
        self.payloadByteCount = payloadByteCount
    }

    /// The trailer that a container must have whose data frames end at `indexOffset`.
    ///
    /// Nothing on overflow, which only a forged index can bring about.
    package init?(chunkCount: UInt64, plaintextByteCount: UInt64, indexOffset: UInt64) {
        let groups = IndexGroup.groupCount(chunkCount: chunkCount)
        let overhead = UInt64(
            FrameWord.byteCount + FrameWord.tagByteCount + IndexGroup.baseByteCount)
        let index = groups * overhead + 4 * chunkCount
        let (end, overflow) = indexOffset.addingReportingOverflow(
            index + UInt64(Self.frameByteCount))
        guard !overflow else { return nil }
        self.init(
            chunkCount: chunkCount, plaintextByteCount: plaintextByteCount,
            indexOffset: indexOffset, payloadByteCount: end)
    }

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        var reader = ByteReader(bytes[...])
        guard let chunks = reader.integer(UInt64.self), let plain = reader.integer(UInt64.self),
            let offset = reader.integer(UInt64.self), let payload = reader.integer(UInt64.self)
        else { return nil }
        self.init(
            chunkCount: chunks, plaintextByteCount: plain, indexOffset: offset,
            payloadByteCount: payload)
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for value in [chunkCount, plaintextByteCount, indexOffset, payloadByteCount] {
            bytes.append(bigEndian: value)
        }
        return bytes
    }
}
