internal import ContainerFormat
internal import FrameSealing
internal import StreamPipeline
internal import ZstdCodec

/// What a worker opens with, frame after frame and file after file: memory and a decompressor.
///
/// `@unchecked Sendable`: used by the one worker that has it.
final class OpeningKit: @unchecked Sendable {
    let frame: ChunkBuffer
    /// Where frames may be compressed.
    let decompressed: ChunkBuffer?
    private let decompressor: ZstdDecompressor?

    init(_ preamble: Preamble, _ options: DecryptionOptions) throws {
        let isSecret = options.plaintextIsSecret
        frame = ChunkBuffer(
            byteCount: Self.frameByteCount(preamble), holdingSecrets: isSecret)
        let isCompressed = preamble.flags.contains(.zstdAllowed)
        decompressor = isCompressed ? try ZstdDecompressor() : nil
        decompressed =
            isCompressed
            ? ChunkBuffer(byteCount: preamble.chunkByteCount, holdingSecrets: isSecret) : nil
    }

    func fits(_ preamble: Preamble) -> Bool {
        frame.byteCount == Self.frameByteCount(preamble)
            && (decompressed != nil) == preamble.flags.contains(.zstdAllowed)
            && decompressed?.byteCount ?? preamble.chunkByteCount == preamble.chunkByteCount
    }

    /// The length in `output`.
    func decompress(_ body: RawSpan, into output: inout MutableRawSpan) throws -> Int? {
        try decompressor?.decompress(body, into: &output)
    }

    private static func frameByteCount(_ preamble: Preamble) -> Int {
        OpeningWorker.bodyOffset + preamble.largestFramePlaintextByteCount
            + FrameWord.tagByteCount
    }
}
