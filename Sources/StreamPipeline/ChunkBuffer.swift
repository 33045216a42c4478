/// A fixed piece of memory that one worker owns and reuses for every chunk: page-aligned, never
/// grown, lent as spans.
@safe
package final class ChunkBuffer {
    private let memory: UnsafeMutableRawBufferPointer

    package init(byteCount: Int) {
        unsafe memory = .allocate(byteCount: byteCount, alignment: 4096)
    }

    deinit { unsafe memory.deallocate() }

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
