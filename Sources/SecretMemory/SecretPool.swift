internal import CLinux
internal import Glibc
internal import Synchronization

/// Where secret bytes live: locked pages in slots of a few sizes, larger secrets in pages of their own.
///
/// A key service asks for thousands of 32-byte keys a second, and for the bodies that they come and go
/// in, so slots are reused: wiped when given back, never unmapped. The pool is the only memory that
/// holds root keys, file keys and passphrases; the memory scan of the tests relies on that.
@safe
final class SecretPool: Sendable {
    static let shared = SecretPool()

    /// A key; a body with a key in it; a body with the longest plaintext.
    private static let slotByteCounts = [128, 1024, 8192]
    private static let slabByteCount = 64 * 1024

    @safe
    private struct State: @unchecked Sendable {
        /// By the index of their size.
        var freeSlots: [[UnsafeMutableRawPointer]] = unsafe Array(
            repeating: [], count: SecretPool.slotByteCounts.count)
    }
    private let state = Mutex(State())

    func take(byteCount: Int) -> UnsafeMutableRawBufferPointer {
        precondition(byteCount >= 0, "secret memory: negative size")
        guard let size = Self.slotByteCounts.firstIndex(where: { byteCount <= $0 }) else {
            let pages = unsafe Self.mapLocked(byteCount: Self.wholePages(byteCount))
            return unsafe UnsafeMutableRawBufferPointer(start: pages, count: byteCount)
        }
        let slot = unsafe state.withLock { state -> UnsafeMutableRawPointer in
            if unsafe state.freeSlots[size].isEmpty {
                let slab = unsafe Self.mapLocked(byteCount: Self.slabByteCount)
                for offset in stride(
                    from: 0, to: Self.slabByteCount, by: Self.slotByteCounts[size])
                {
                    unsafe state.freeSlots[size].append(slab.advanced(by: offset))
                }
            }
            return unsafe state.freeSlots[size].removeLast()
        }
        return unsafe UnsafeMutableRawBufferPointer(start: slot, count: byteCount)
    }

    func give(back memory: UnsafeMutableRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        unsafe coffer_wipe(start, memory.count)
        let byteCount = memory.count
        guard let size = Self.slotByteCounts.firstIndex(where: { byteCount <= $0 }) else {
            let result = unsafe munmap(start, Self.wholePages(memory.count))
            precondition(result == 0, "secret memory: munmap failed with errno \(errno)")
            return
        }
        state.withLock { unsafe $0.freeSlots[size].append(start) }
    }

    private static func wholePages(_ byteCount: Int) -> Int { (byteCount + 4095) & ~4095 }

    private static func mapLocked(byteCount: Int) -> UnsafeMutableRawPointer {
        let pages = unsafe mmap(
            nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
            preconditionFailure("secret memory: mmap failed with errno \(errno)")
        }
        // Each of these may be forbidden (RLIMIT_MEMLOCK, old kernels): the secret is then less
        // well kept, and wiped all the same.
        _ = unsafe mlock(pages, byteCount)
        _ = unsafe madvise(pages, byteCount, coffer_madv_dontdump)
        _ = unsafe madvise(pages, byteCount, coffer_madv_wipeonfork)
        return unsafe pages
    }
}
