internal import ContainerFormat
internal import FileIO
internal import FrameSealing
internal import StreamPipeline

/// What the workers of one encryption share: where the next chunk comes from, and what has gone out.
///
/// `@unchecked Sendable`: the claim side is touched by one claiming worker at a time, the delivery
/// side by one delivering worker at a time (``PipelineWorker``); the rest does not change.
final class SealingJob: @unchecked Sendable {
    let preamble: Preamble
    let options: EncryptionOptions
    let input: PlaintextSource
    /// Set where each frame's place is known beforehand: new file, no compression, no padding.
    let positional: OutputFile?
    /// Of all workers, where it follows the output.
    let level: SharedLevel?
    private let sink: ContainerSink?
    private let progress: Progress
    /// Written before the first frame, once it is known whether there is a second.
    private let beginning: (_ hasOneChunk: Bool) throws -> [UInt8]

    init(
        preamble: Preamble, options: EncryptionOptions, input: PlaintextSource,
        sink: ContainerSink?, positional: OutputFile?, framesBegin: UInt64,
        level: SharedLevel? = nil,
        progress: Progress,
        beginning: @escaping (Bool) throws -> [UInt8]
    ) {
        self.preamble = preamble
        self.options = options
        self.input = input
        self.sink = sink
        self.positional = positional
        self.level = level
        self.progress = progress
        self.beginning = beginning
        firstFramePayloadOffset = framesBegin
        nextFrameOffset = framesBegin
    }

    // Claiming.

    /// The byte after the last chunk of a stream: whether there is one decides FINAL.
    private var carried: UInt8?

    /// Gives chunk `index` to a worker: of a stream its bytes, of a regular file its place.
    func claim(_ index: UInt64, into buffer: ChunkBuffer) throws -> (count: Int, isFinal: Bool) {
        guard index < preamble.chunkCountLimit else {
            throw ContainerError.limit(.chunkCount)
        }
        let size = preamble.chunkByteCount
        if case .regular(let byteCount) = input.kind {
            let left = byteCount - index * UInt64(size)
            let isFinal = left <= UInt64(size)
            if isFinal { try options.producer?.confirmEnd() }
            return (Int(min(left, UInt64(size))), isFinal)
        }
        var filled = 0
        if let carried {
            buffer.withMutableBytes(0..<1) { $0.storeBytes(of: carried, as: UInt8.self) }
            filled = 1
        }
        filled += try buffer.withMutableBytes(filled..<size + 1) { try input.read(into: &$0) }
        guard filled > size else {
            try options.producer?.confirmEnd()
            return (filled, true)
        }
        carried = buffer.withBytes(size..<size + 1) { unsafe $0.unsafeLoad(as: UInt8.self) }
        return (size, false)
    }

    // Delivering.

    private let firstFramePayloadOffset: UInt64
    private(set) var nextFrameOffset: UInt64
    private(set) var index = IndexRecorder()
    private(set) var plaintextByteCount: UInt64 = 0

    func deliver(
        _ word: FrameWord, body: RawSpan, chunkByteCount: Int, isFinal: Bool
    ) throws {
        if let sink {
            var before: UInt64 = 0
            if index.chunkCount == 0 {
                let bytes = try beginning(isFinal)
                try sink.write(bytes)
                before = UInt64(bytes.count)
            }
            unsafe try sink.write(word.bytes.span.bytes, body)
            progress.advance(read: 0, written: before)
        }
        try index.append(word, offset: nextFrameOffset)
        nextFrameOffset += UInt64(word.frameByteCount)
        plaintextByteCount += UInt64(chunkByteCount)
        progress.advance(read: UInt64(chunkByteCount), written: UInt64(word.frameByteCount))
    }

    /// Where frame `index` is in the payload when all frames before it are full and raw.
    func framePayloadOffset(_ index: UInt64) -> UInt64 {
        firstFramePayloadOffset
            + index * UInt64(FrameWord.byteCount + preamble.chunkByteCount + FrameWord.tagByteCount)
    }
}
