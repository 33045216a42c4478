internal import ContainerFormat
internal import FileIO
internal import FrameSealing
internal import SecretMemory
internal import StreamPipeline
internal import ZstdCodec

/// Turns one sealed frame after another into its chunk: read, open, unpad, decompress, write in turn.
///
/// `@unchecked Sendable`: used by the one thread that runs it.
final class OpeningWorker: PipelineWorker, @unchecked Sendable {
    /// Where the body lies in the worker's buffer: the cipher wants room before it.
    static let bodyOffset = ChunkCipherEngine.headroomByteCount

    private let job: OpeningJob
    private let opener: FrameOpener
    private let kit: OpeningKit
    private var frame: ChunkBuffer { kit.frame }

    private var claim: OpeningJob.Claim?
    private var bodyByteCount = 0
    /// In `decompressed`, where the frame was compressed.
    private var decompressedByteCount: Int?

    init(
        job: OpeningJob, key: borrowing PayloadKey, kit: OpeningKit, options: DecryptionOptions
    ) throws {
        self.job = job
        self.kit = kit
        opener = try FrameOpener(key: key, engine: options.engine)
    }

    func claim(_: UInt64) throws -> PipelineClaim {
        let claim = try job.claim(into: frame)
        self.claim = claim
        return claim.frame.word.kind.isFinal ? .lastPiece : .piece
    }

    func process(_ index: UInt64) throws {
        guard let claim else { preconditionFailure("opening worker: nothing claimed") }
        let word = claim.frame.word
        if let input = job.input {
            let range = Self.bodyOffset..<Self.bodyOffset + word.bodyByteCount
            try frame.withMutableBytes(range) {
                try input.file.read(into: &$0, at: job.inputOffset(ofBody: claim))
            }
        }
        try frame.withMutableBytes(0..<Self.bodyOffset + word.bodyByteCount) {
            try opener.open(claim.frame, &$0)
        }
        try opener.withPlaintext { plaintext in
            bodyByteCount = try unpad(plaintext, claim.frame)
            decompressedByteCount =
                word.kind.isCompressed
                ? try decompress(plaintext.extracting(0..<bodyByteCount), claim.frame) : nil
        }
        if let output = job.positionalOutput {
            let offset = index * UInt64(job.preamble.chunkByteCount)
            try withChunk { try output.write($0, at: offset) }
        }
    }

    func deliver(_: UInt64) throws {
        guard let claim else { preconditionFailure("opening worker: nothing claimed") }
        try withChunk { try job.deliver(claim, $0) }
    }

    private func unpad(_ plaintext: RawSpan, _ frame: FrameSequence.Frame) throws -> Int {
        guard job.preamble.flags.contains(.padding) else { return plaintext.byteCount }
        guard let count = Padding.bodyByteCount(plaintext) else {
            throw ContainerError.frame(.padding, at: frame.place)
        }
        return count
    }

    private func decompress(_ body: RawSpan, _ frame: FrameSequence.Frame) throws -> Int {
        do {
            let count = try kit.decompressed?.withMutableBytes(0..<job.preamble.chunkByteCount) {
                try kit.decompress(body, into: &$0)
            }
            guard let count = count.flatMap(\.self) else { throw ZstdError.malformed }
            return count
        } catch is ZstdError { throw ContainerError.zstd(at: frame.place) }
    }

    private func withChunk<R>(_ body: (RawSpan) throws -> R) throws -> R {
        if let decompressedByteCount, let decompressed = kit.decompressed {
            return try decompressed.withBytes(0..<decompressedByteCount, body)
        }
        return try opener.withPlaintext { try body($0.extracting(0..<bodyByteCount)) }
    }
}
