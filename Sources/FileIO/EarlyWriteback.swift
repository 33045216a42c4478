internal import CLinux
internal import Synchronization

/// Has the disk at work while the data still comes, so that the fsync of a new file finds little left.
///
/// Only a hint: the fsync at the end is what counts, and it reports what went wrong here.
struct EarlyWriteback: ~Copyable, Sendable {
    /// Enough for large requests, and for the kernel to place them together.
    private static let stepByteCount = 32 << 20

    private let written = Atomic(0)

    /// Counts what was written, from several threads; each full step is passed on to the disk.
    func advance(_ byteCount: Int, in descriptor: borrowing Descriptor) {
        let after = written.add(byteCount, ordering: .relaxed).newValue
        guard after / Self.stepByteCount > (after - byteCount) / Self.stepByteCount else { return }
        // A filesystem that cannot begin early writes all of it at the end.
        _ = coffer_start_writeback(descriptor.number)
    }
}
