import ContainerFormat

/// The plaintext's length from a payload's, for containers of raw frames alone.
enum PlaintextLength {
    private static let frameOverhead = UInt64(FrameWord.byteCount + FrameWord.tagByteCount)

    /// Nothing if no plaintext has a payload of this length: the container is not whole.
    static func of(payloadByteCount: UInt64, chunkByteCount: UInt64) -> UInt64? {
        let fixed = UInt64(Preamble.byteCount + Trailer.frameByteCount)
        guard payloadByteCount > fixed else { return nil }
        let rest = payloadByteCount - fixed
        // Every chunk but the last is full, so the count is within one of this quotient.
        let perChunk = chunkByteCount + frameOverhead + 4
        for chunks in [rest / perChunk, rest / perChunk + 1] where chunks > 0 {
            let groups = IndexGroup.groupCount(chunkCount: chunks)
            let index = groups * (frameOverhead + UInt64(IndexGroup.baseByteCount)) + 4 * chunks
            let overhead = index + chunks * frameOverhead
            guard rest >= overhead else { continue }
            let plaintext = rest - overhead
            let needed = max(1, (plaintext + chunkByteCount - 1) / chunkByteCount)
            if needed == chunks { return plaintext }
        }
        return nil
    }
}
