internal import Synchronization

/// Lets one large file at a time have all workers, while small ones are worked on beside it by a
/// thread each: however many files there are, memory is that of one large file and of a small one for
/// each thread.
///
///     small: no longer than a chunk of at most 4 MiB     T × (3 chunks + 1 MiB)
///     large: everything else                             as WorkerCount says
package final class WideTurn: Sendable {
    private let taken = Mutex(())

    package init() {}

    /// Runs `body`, of which no two that are wide run at once. Without a turn nobody else runs.
    static func run(
        _ turn: WideTurn?, isWide: Bool, _ body: () throws -> Void
    ) throws {
        guard let turn, isWide else { return try body() }
        try turn.taken.withLock { _ in try body() }
    }
}
