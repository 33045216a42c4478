/// Decides cheaply which chunks are worth handing to the compressor.
///
/// A histogram of 64 samples tells noise (compressed media, ciphertext) from the rest at a hundredth
/// of the compressor's cost. Noise that repeats itself looks the same, so one noisy chunk in eight
/// is tried all the same, and as long as trying pays, all are.
struct CompressionGate {
    private static let sampleCount = 64
    private static let sampleByteCount = 512
    /// Sum of squared counts over that of a uniform distribution. Random bytes give 1.008 ± 0.001
    /// at this sample size; text gives 4 and more.
    private static let noiseRatio = 1.04
    private static let retryInterval = 8

    private let isAutomatic: Bool
    private var noisyChunks = 0
    private var lastNoisyTryPaid = false

    init(isAutomatic: Bool) { self.isAutomatic = isAutomatic }

    mutating func allows(_ chunk: RawSpan) -> Bool {
        guard isAutomatic, chunk.byteCount >= 2 * Self.sampleCount * Self.sampleByteCount,
            Self.looksLikeNoise(chunk)
        else { return true }
        noisyChunks += 1
        return lastNoisyTryPaid || noisyChunks % Self.retryInterval == 1
    }

    /// Told what came of a try that was allowed.
    mutating func record(paid: Bool) { lastNoisyTryPaid = paid }

    private static func looksLikeNoise(_ chunk: RawSpan) -> Bool {
        var counts = [UInt32](repeating: 0, count: 256)
        let step = (chunk.byteCount - sampleByteCount) / (sampleCount - 1)
        for sample in 0..<sampleCount {
            let start = sample * step
            for offset in stride(from: start, to: start + sampleByteCount, by: 8) {
                var word = unsafe chunk.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
                for _ in 0..<8 {
                    counts[Int(word & 0xFF)] &+= 1
                    word >>= 8
                }
            }
        }
        let total = Double(sampleCount * sampleByteCount)
        let squares = counts.reduce(0.0) { $0 + Double($1) * Double($1) }
        return squares * 256 < noiseRatio * total * total
    }
}
