internal import ContainerFormat
internal import FileIO
internal import FrameSealing
internal import OpenSSLCrypto
internal import StreamPipeline

/// What the workers of one decryption share: where the next frame is, and what has been released.
///
/// `@unchecked Sendable`: the claim side is touched by one claiming worker at a time, the delivery
/// side by one delivering worker at a time (``PipelineWorker``); the rest does not change.
final class OpeningJob: @unchecked Sendable {
    let preamble: Preamble
    /// Released plaintext goes here in order; nothing for a verification.
    private let output: PlaintextSink
    /// Set where chunks may be put to their place in a file that nobody sees yet.
    let positionalOutput: OutputFile?
    private let source: ContainerSource
    private let payloadOffset: UInt64
    private let outputLimit: UInt64?
    private let progress: Progress

    init(
        source: ContainerSource, preamble: Preamble, payloadOffset: UInt64,
        sequence: FrameSequence, output: PlaintextSink, outputLimit: UInt64?, progress: Progress
    ) throws {
        self.source = source
        self.preamble = preamble
        self.payloadOffset = payloadOffset
        self.sequence = sequence
        self.outputLimit = outputLimit
        self.progress = progress
        let positional = preamble.flags.contains(.padding) ? nil : output.positionalFile
        positionalOutput = positional
        self.output = positional == nil ? output : .nothing
        rule = ChunkRule(preamble)
        indexDigest = try SHA256()
        input = source.positional
    }

    // Claiming.

    /// The input, where the frame's body is read by the worker who claimed it.
    let input: (file: InputFile, byteCount: UInt64)?
    private(set) var sequence: FrameSequence

    struct Claim {
        let frame: FrameSequence.Frame
        /// Of the frame in the payload.
        let offset: UInt64
    }

    /// Takes the next data frame: its word, and of a stream its body, which begins at
    /// ``OpeningWorker/bodyOffset`` of `buffer`.
    func claim(into buffer: ChunkBuffer) throws -> Claim {
        let place = sequence.place
        let offset = sequence.offset
        guard let input else {
            let frame = try sequence.accept(
                Self.word(try source.read(exactly: FrameWord.byteCount, place)))
            let range =
                OpeningWorker.bodyOffset..<OpeningWorker.bodyOffset + frame.word.bodyByteCount
            let count = try buffer.withMutableBytes(range) { try source.read(into: &$0) }
            guard count == frame.word.bodyByteCount else { throw ContainerError.truncated(place) }
            return Claim(frame: frame, offset: offset)
        }
        let frame = try sequence.next(in: input, payloadOffset: payloadOffset)
        return Claim(frame: frame, offset: offset)
    }

    static func word(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    func inputOffset(ofBody claim: Claim) -> UInt64 {
        payloadOffset + claim.offset + UInt64(FrameWord.byteCount)
    }

    // Delivering.

    private var rule: ChunkRule
    private(set) var plaintextByteCount: UInt64 = 0
    /// Over what the INDEX frames must say.
    private var indexDigest: SHA256

    /// Releases one chunk, after all checks that depend on those before it.
    func deliver(_ claim: Claim, _ chunk: RawSpan) throws {
        let index = claim.frame.index
        try rule.accept(
            byteCount: chunk.byteCount, chunkIndex: index,
            isFinal: claim.frame.word.kind.isFinal)
        let total = plaintextByteCount + UInt64(chunk.byteCount)
        if let outputLimit, total > outputLimit {
            throw ContainerError.limit(.output(bytes: outputLimit))
        }
        try output.write(chunk)
        plaintextByteCount = total
        if index.isMultiple(of: IndexGroup.wordCount) {
            var base: [UInt8] = []
            base.append(bigEndian: claim.offset)
            unsafe try indexDigest.update(base.span.bytes)
        }
        unsafe try indexDigest.update(claim.frame.word.bytes.span.bytes)
        progress.advance(
            read: UInt64(claim.frame.word.frameByteCount), written: UInt64(chunk.byteCount))
    }

    /// Asked once, after the last chunk.
    func expectedIndexDigest() throws -> [UInt8] {
        var digest = try SHA256()
        swap(&digest, &indexDigest)
        return try digest.finalize()
    }
}
