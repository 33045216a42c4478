/// A fixed piece of memory that one worker owns and reuses for every chunk: page-aligned, never
/// grown, lent as spans.
@safe
package final class ChunkBuffer {
    private let memory: UnsafeMutableRawBufferPointer
    /// Of memory that is not this object's own.
    private let owner: AnyObject?

    package init(byteCount: Int) {
        unsafe memory = .allocate(byteCount: byteCount, alignment: 4096)
        owner = nil
    }

    /// Memory of `owner`, which is kept as long as the buffer is there.
    package init(lending memory: UnsafeMutableRawBufferPointer, of owner: AnyObject) {
        unsafe self.memory = memory
        self.owner = owner
    }

    deinit { if owner == nil { unsafe memory.deallocate() } }

    package var byteCount: Int { unsafe memory.count }

    /// Lends the bytes of `range` for reading.
    package func withBytes<R, E: Error>(
        _ range: Range<Int>, _ body: (RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try body(
            unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(rebasing: memory[range])))
    }

    /// Lends the bytes of `range` for writing.
    package func withMutableBytes<R, E: Error>(
        _ range: Range<Int>, _ body: (inout MutableRawSpan) throws(E) -> R
    ) throws(E) -> R {
        var span = unsafe MutableRawSpan(
            _unsafeBytes: UnsafeMutableRawBufferPointer(rebasing: memory[range]))
        return try body(&span)
    }
}
