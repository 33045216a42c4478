internal import ArchiveIO
internal import Dispatch
internal import StreamPipeline
internal import Synchronization

/// Hands plaintext from a pipeline, which pushes it, to a parser, which pulls it on a thread of its
/// own. Memory: two chunks.
///
/// `@unchecked Sendable`: ``take(_:)``, ``end()`` and ``abandon()`` are called by one thread at a
/// time, ``next()`` and ``stop(_:)`` by another; a buffer is the one's or the other's, as the
/// semaphores say.
final class ChunkPipe: ArchiveInput, @unchecked Sendable {
    /// The container failed: what the parser has seen is worth nothing.
    struct Abandoned: Error {}

    /// `@unchecked Sendable`: the pipeline's or the parser's, never both.
    private struct Piece: @unchecked Sendable {
        let buffer: ChunkBuffer
        let byteCount: Int
    }

    private struct State {
        var filled: [Piece] = []
        var free: [Piece] = []
        /// Why the parser takes nothing more.
        var failure: (any Error)?
        var isEnded = false
        var isAbandoned = false
    }

    private let state: Mutex<State>
    private let room = DispatchSemaphore(value: 0)
    private let arrived = DispatchSemaphore(value: 0)
    private var current: Piece?
    /// Where ``current`` begins in the plaintext, and where it ends.
    private(set) var position: Range<UInt64> = 0..<0

    init() {
        state = Mutex(State())
        for _ in 0..<2 { room.signal() }
    }

    // The pipeline's side.

    /// - Throws: why the parser gave up.
    func take(_ chunk: RawSpan) throws {
        guard chunk.byteCount > 0 else { return }
        room.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let used = state.withLock { $0.free.popLast() }
        let roomy = used.flatMap { $0.buffer.byteCount >= chunk.byteCount ? $0.buffer : nil }
        let piece = Piece(
            buffer: roomy ?? ChunkBuffer(byteCount: chunk.byteCount), byteCount: chunk.byteCount)
        piece.buffer.withMutableBytes(0..<chunk.byteCount) { room in
            unsafe room.withUnsafeMutableBytes { room in
                unsafe chunk.withUnsafeBytes { unsafe room.copyMemory(from: $0) }
            }
        }
        state.withLock { $0.filled.append(piece) }
        arrived.signal()
    }

    func end() {
        state.withLock { $0.isEnded = true }
        arrived.signal()
    }

    func abandon() {
        state.withLock { $0.isAbandoned = true }
        arrived.signal()
    }

    // The parser's side.

    func next() throws -> UnsafeRawBufferPointer {
        if let current {
            state.withLock { $0.free.append(current) }
            room.signal()
            self.current = nil
        }
        arrived.wait()
        let taken = try state.withLock { state throws -> Piece? in
            if state.isAbandoned { throw Abandoned() }
            return state.filled.isEmpty ? nil : state.filled.removeFirst()
        }
        guard let taken else {
            // The end stays the end.
            arrived.signal()
            position = position.upperBound..<position.upperBound
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        }
        current = taken
        position = position.upperBound..<position.upperBound + UInt64(taken.byteCount)
        return unsafe taken.buffer.withBytes(0..<taken.byteCount) {
            unsafe $0.withUnsafeBytes { unsafe $0 }
        }
    }

    /// The bytes of ``position`` from `offset` of the plaintext on.
    func rest(from offset: UInt64) -> [UInt8] {
        guard let current, offset < position.upperBound else { return [] }
        let start = Int(max(offset, position.lowerBound) - position.lowerBound)
        return current.buffer.withBytes(start..<current.byteCount) {
            unsafe $0.withUnsafeBytes { unsafe Array($0) }
        }
    }

    /// Nothing more is wanted: whoever fills the pipe learns why.
    func stop(_ error: any Error) {
        state.withLock { $0.failure = error }
        // Once for each piece that may wait for room, now or later.
        for _ in 0..<3 { room.signal() }
    }
}
