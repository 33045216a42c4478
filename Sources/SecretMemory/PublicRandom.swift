internal import Synchronization

/// Public random bytes for names, drawn from the operating system in batches: a call of the key
/// service needs two names, and a system call for each would be a tenth of its time.
///
/// Never for keys, salts or nonces: a forked child would draw the same bytes again.
package enum PublicRandom {
    private static let batchByteCount = 4096
    private static let batch: Mutex<[UInt8]> = Mutex([])

    /// At most 4,096 bytes.
    package static func bytes(count: Int) -> [UInt8] {
        precondition(count <= batchByteCount, "random: batch too small")
        return batch.withLock { batch in
            if batch.count < count { batch = SystemRandom.bytes(count: batchByteCount) }
            let bytes = Array(batch.suffix(count))
            batch.removeLast(count)
            return bytes
        }
    }
}
