internal import FileIO

/// Tells noise (compressed media, ciphertext) from data that a compressor could shorten, by a
/// histogram of a few samples: at a hundredth of the compressor's cost.
///
/// Noise that repeats itself looks like noise too; who asks has to think of that.
struct NoiseTest {
    private static let sampleByteCount = 128
    private static let samplesPerChunk = 32
    /// What a chunk must have to be judged.
    static let leastByteCount = 32 << 10
    /// Sum of squared counts over that of a uniform distribution. 4 KiB of random bytes give
    /// 1.062 ± 0.006; text gives 4 and more.
    private static let ratio = 1.09

    private var counts = [UInt32](repeating: 0, count: 256)
    private var total = 0

    static func looksLikeNoise(_ chunk: RawSpan) -> Bool {
        var test = NoiseTest()
        let step = (chunk.byteCount - sampleByteCount) / (samplesPerChunk - 1)
        for sample in 0..<samplesPerChunk {
            test.add(chunk.extracting(sample * step..<sample * step + sampleByteCount))
        }
        return test.isNoise
    }

    /// A regular file by sixteen places of it, a stream by its first MiB; false for what is small.
    static func looksLikeNoise(_ input: InputFile) throws -> Bool {
        guard case .regular(let byteCount) = input.kind else {
            let beginning = try input.peek(byteCount: 1 << 20)
            guard beginning.count == 1 << 20 else { return false }
            return unsafe looksLikeNoise(beginning.span.bytes)
        }
        guard byteCount >= 64 << 20 else { return false }
        var test = NoiseTest()
        var block = [UInt8](repeating: 0, count: 4096)
        let places: UInt64 = 16
        for place in 0..<places {
            var span = block.mutableSpan
            var bytes = unsafe span.mutableBytes
            try input.read(into: &bytes, at: (byteCount - 4096) / places * place)
            unsafe test.add(block.span.bytes)
        }
        return test.isNoise
    }

    private mutating func add(_ bytes: RawSpan) {
        for offset in stride(from: 0, to: bytes.byteCount - 7, by: 8) {
            var word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            for _ in 0..<8 {
                counts[Int(word & 0xFF)] &+= 1
                word >>= 8
            }
        }
        total += bytes.byteCount
    }

    private var isNoise: Bool {
        let squares = counts.reduce(0.0) { $0 + Double($1) * Double($1) }
        return squares * 256 < Self.ratio * Double(total) * Double(total)
    }
}
