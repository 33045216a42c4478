internal import Glibc

/// How many workers a container of a given chunk size is worked on with, and so how much memory.
///
/// Peak memory, whatever the input's length, for W workers and chunks of C bytes (R26):
///
///     8 MiB + W × (3C + 1 MiB)     frame, decompressed chunk and the cipher's own copy; zstd's context
///
/// Chunks over 4 MiB lower W so that W × C never passes what 4 MiB chunks would take. swift-crypto
/// allocates one chunk more while it seals.
package enum WorkerCount {
    package static let largest = 64
    static let fullChunkByteCount = 4 << 20

    /// One for each core that this process may run on.
    package static var automatic: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    static func bounded(_ requested: Int, chunkByteCount: Int) -> Int {
        let requested = min(max(requested, 1), largest)
        guard chunkByteCount > fullChunkByteCount else { return requested }
        return max(1, requested * fullChunkByteCount / chunkByteCount)
    }
}
