internal import ContainerFormat
internal import Dispatch
internal import FileIO
internal import FrameSealing
internal import SecretMemory
internal import StreamPipeline

/// Turns one chunk after another into a sealed frame: read, compress, pad, seal, write in turn.
///
/// `@unchecked Sendable`: used by the one thread that runs it.
final class SealingWorker: PipelineWorker, @unchecked Sendable {
    private let job: SealingJob
    private let sealer: FrameSealer
    private let kit: SealingKit
    private var gate: CompressionGate
    private var chunk: ChunkBuffer { kit.chunk }
    private let headerByteCount: UInt64

    private var chunkByteCount = 0
    private var isFinal = false
    /// That the compressor works at.
    private var level: Int
    /// How long the chunk was worked on.
    private var work: UInt64 = 0
    private var word = FrameWord(kind: .data, ciphertextByteCount: 0)

    init(
        job: SealingJob, key: borrowing PayloadKey, kit: SealingKit, headerByteCount: UInt64
    ) throws {
        self.job = job
        self.kit = kit
        self.headerByteCount = headerByteCount
        sealer = try FrameSealer(key: key, engine: job.options.engine)
        level = job.options.firstLevel
        gate = CompressionGate(isAutomatic: job.options.compression == .automatic)
    }

    func claim(_ index: UInt64) throws -> PipelineClaim {
        (chunkByteCount, isFinal) = try job.claim(index, into: chunk)
        return isFinal ? .lastPiece : .piece
    }

    func process(_ index: UInt64) throws {
        if case .regular(_) = job.input.kind, chunkByteCount > 0 {
            let offset = index * UInt64(job.preamble.chunkByteCount)
            try chunk.withMutableBytes(0..<chunkByteCount) {
                try job.input.read(into: &$0, at: offset)
            }
        }
        let start = job.level == nil ? 0 : DispatchTime.now().uptimeNanoseconds
        try followLevel()
        let compressedByteCount = try compress()
        let body = compressedByteCount == nil ? chunk : kit.compressed ?? chunk
        let plaintextByteCount = pad(body, compressedByteCount ?? chunkByteCount)
        let kind = FrameKind.data(isFinal: isFinal, isCompressed: compressedByteCount != nil)
        word = try body.withBytes(0..<plaintextByteCount) {
            try sealer.seal($0, kind: kind, index: index)
        }
        if job.level != nil { work = DispatchTime.now().uptimeNanoseconds - start }
        if let output = job.positional {
            let offset = headerByteCount + job.framePayloadOffset(index)
            try sealer.withBody { unsafe try output.write(word.bytes.span.bytes, $0, at: offset) }
        }
    }

    func deliver(_ index: UInt64) throws {
        let start = job.level == nil ? 0 : DispatchTime.now().uptimeNanoseconds
        try sealer.withBody {
            try job.deliver(word, body: $0, chunkByteCount: chunkByteCount, isFinal: isFinal)
        }
        job.level?.delivered(work: work, output: DispatchTime.now().uptimeNanoseconds - start)
    }

    private func followLevel() throws {
        guard let wanted = job.level?.level, wanted != level else { return }
        try kit.change(level: wanted)
        level = wanted
    }

    /// The length in `compressed`, or nothing where the chunk is stored as it is.
    private func compress() throws -> Int? {
        guard let compressed = kit.compressed else { return nil }
        return try chunk.withBytes(0..<chunkByteCount) { plain in
            try gate.compress(plain) { plain in
                try compressed.withMutableBytes(0..<compressed.byteCount) {
                    try kit.compress(plain, into: &$0)
                }
            }
        }
    }

    /// Puts the mark and the zeros behind the body; returns the frame's plaintext length.
    private func pad(_ body: ChunkBuffer, _ byteCount: Int) -> Int {
        guard let padding = job.options.padding else { return byteCount }
        let padded = padding.paddedByteCount(
            body: byteCount, limit: job.preamble.largestFramePlaintextByteCount)
        body.withMutableBytes(byteCount..<padded) { tail in
            for offset in 0..<tail.byteCount {
                tail.storeBytes(of: offset == 0 ? 0x80 : 0, toByteOffset: offset, as: UInt8.self)
            }
        }
        return padded
    }
}
