/// Decides cheaply which chunks are worth handing to the compressor.
///
/// Noise is stored as it is. As noise may repeat itself, some noisy chunks are tried all the same: the
/// first, then ever fewer down to one in 128; and as long as trying pays, all are.
struct CompressionGate {
    private static let longestInterval = 128

    private let isAutomatic: Bool
    private var interval = 1
    private var chunksUntilTry = 0

    init(isAutomatic: Bool) { self.isAutomatic = isAutomatic }

    /// What `compressor` makes of the chunk, or nothing where it is not asked.
    mutating func compress(
        _ chunk: RawSpan, _ compressor: (RawSpan) throws -> Int?
    ) rethrows -> Int? {
        guard isAutomatic, chunk.byteCount >= NoiseTest.leastByteCount,
            NoiseTest.looksLikeNoise(chunk)
        else { return try compressor(chunk) }
        guard chunksUntilTry == 0 else {
            chunksUntilTry -= 1
            return nil
        }
        let byteCount = try compressor(chunk)
        interval = byteCount == nil ? min(2 * interval, Self.longestInterval) : 1
        chunksUntilTry = interval - 1
        return byteCount
    }
}
