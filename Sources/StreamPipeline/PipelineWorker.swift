/// One of several equals that take pieces of a stream, work on them side by side, and hand the
/// results on in the stream's order.
///
/// A worker owns its buffers and is used by one thread at a time, so it may be `@unchecked
/// Sendable`. What workers share may be touched in ``claim(_:)``, where one of them is at a time,
/// and in ``deliver(_:)``, likewise.
package protocol PipelineWorker: AnyObject, Sendable {
    /// Takes piece `index` of the stream. One worker at a time, indices in order from 0.
    func claim(_ index: UInt64) throws -> PipelineClaim

    /// Works on the claimed piece. Any number of workers at once; nothing leaves the worker here
    /// that a failure of an earlier piece would have to call back.
    func process(_ index: UInt64) throws

    /// Hands the result on. One worker at a time, in order, after every earlier piece was delivered.
    func deliver(_ index: UInt64) throws
}

package enum PipelineClaim: Sendable {
    case piece
    case lastPiece
    /// The stream ended before this piece.
    case nothing
}
