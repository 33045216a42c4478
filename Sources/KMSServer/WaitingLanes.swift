internal import NIOPosix
internal import Synchronization

/// Threads for requests that wait for a custom key store: some for each store, so that what waits for
/// a slow one keeps neither other stores nor the keys of this server from being used.
///
/// There are ``laneCount`` lanes, each with ``threadCount`` threads from its first request on; a store
/// has one of them by its id. At most ``queueLimit`` requests are in a lane: those that come then are
/// told to come later.
final class WaitingLanes: Sendable {
    static let laneCount = 16
    static let threadCount = 16
    static let queueLimit = 256

    private struct Lane {
        var threads: NIOThreadPool?
        var requestCount = 0
    }

    private let lanes = Mutex([Lane](repeating: Lane(), count: laneCount))

    /// Nothing if the lane is full or closed.
    func run<R: Sendable>(
        _ store: String, _ body: @escaping @Sendable () -> R
    ) async -> R? {
        let index = Self.lane(of: store)
        let threads = lanes.withLock { lanes -> NIOThreadPool? in
            guard lanes[index].requestCount < Self.queueLimit else { return nil }
            lanes[index].requestCount += 1
            if let threads = lanes[index].threads { return threads }
            let threads = NIOThreadPool(numberOfThreads: Self.threadCount)
            threads.start()
            lanes[index].threads = threads
            return threads
        }
        guard let threads else { return nil }
        defer { lanes.withLock { $0[index].requestCount -= 1 } }
        do { return try await threads.runIfActive { body() } } catch { return nil }
    }

    /// After the last request.
    func close() async throws {
        let threads = lanes.withLock { lanes in lanes.compactMap(\.threads) }
        for threads in threads { try await threads.shutdownGracefully() }
    }

    /// The same in every process, so that what was measured of one is true of another.
    static func lane(of store: String) -> Int {
        let sum = store.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        return Int(sum % UInt64(laneCount))
    }
}
