internal import StreamPipeline
internal import ZstdCodec

/// What a worker seals with, chunk after chunk and file after file: memory and a compressor.
///
/// `@unchecked Sendable`: used by the one worker that has it.
final class SealingKit: @unchecked Sendable {
    let chunk: ChunkBuffer
    let compressed: ChunkBuffer?
    private let compressor: ZstdCompressor?
    private let compression: EncryptionOptions.Compression

    /// - Parameter capacity: one byte more than a chunk, for the look-ahead of a stream or the mark of
    ///   the padding.
    init(capacity: Int, _ options: EncryptionOptions) throws {
        compression = options.compression
        let isSecret = options.plaintextIsSecret
        chunk = ChunkBuffer(byteCount: capacity, holdingSecrets: isSecret)
        switch compression {
        case .none: compressor = nil
        case .automatic, .level: compressor = try ZstdCompressor(level: options.firstLevel)
        }
        compressed =
            compression == .none
            ? nil : ChunkBuffer(byteCount: capacity, holdingSecrets: isSecret)
    }

    func fits(_ capacity: Int, _ options: EncryptionOptions) -> Bool {
        chunk.byteCount == capacity && compression == options.compression
    }

    func change(level: Int) throws { try compressor?.change(level: level) }

    /// The length in `output`, or nothing where it is not smaller or nothing is compressed.
    func compress(_ plain: RawSpan, into output: inout MutableRawSpan) throws -> Int? {
        try compressor?.compress(plain, into: &output)
    }
}
