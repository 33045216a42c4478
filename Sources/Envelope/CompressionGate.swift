/// Decides cheaply which chunks are worth handing to the compressor.
///
/// Noise is stored as it is. As noise may repeat itself, one noisy chunk in sixteen is tried all the
/// same, and as long as trying pays, all are.
struct CompressionGate {
    private static let retryInterval = 16

    private let isAutomatic: Bool
    private var noisyChunks = 0
    private var lastNoisyTryPaid = false

    init(isAutomatic: Bool) { self.isAutomatic = isAutomatic }

    /// What `compressor` makes of the chunk, or nothing where it is not asked.
    mutating func compress(
        _ chunk: RawSpan, _ compressor: (RawSpan) throws -> Int?
    ) rethrows -> Int? {
        guard isAutomatic, chunk.byteCount >= NoiseTest.leastByteCount,
            NoiseTest.looksLikeNoise(chunk)
        else { return try compressor(chunk) }
        noisyChunks += 1
        guard lastNoisyTryPaid || noisyChunks % Self.retryInterval == 1 else { return nil }
        let byteCount = try compressor(chunk)
        lastNoisyTryPaid = byteCount != nil
        return byteCount
    }
}
