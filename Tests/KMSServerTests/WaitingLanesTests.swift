import Dispatch
import Testing

@testable import KMSServer

/// Threads for what waits for custom key stores.
@Suite struct WaitingLanesTests {
    @Test("A full lane refuses, and keeps none of the others from running")
    func full() async throws {
        let lanes = WaitingLanes()
        let gate = DispatchSemaphore(value: 0)
        let (results, collector) = AsyncStream.makeStream(of: Bool.self)
        for _ in 0...WaitingLanes.queueLimit {
            Task { collector.yield(await lanes.run("slow") { gate.wait() } != nil) }
        }
        var ran = results.makeAsyncIterator()
        // All but one wait, so the first that is told is the one too many.
        #expect(await ran.next() == false)
        let other = try #require(
            (0..<64).map { "store \($0)" }.first {
                WaitingLanes.lane(of: $0) != WaitingLanes.lane(of: "slow")
            })
        #expect(await lanes.run(other) { 7 } == 7)
        for _ in 0..<WaitingLanes.queueLimit { gate.signal() }
        for _ in 0..<WaitingLanes.queueLimit { #expect(await ran.next() == true) }
        #expect(await lanes.run("slow") { 8 } == 8)
        try await lanes.close()
        #expect(await lanes.run("slow") { 9 } == nil)
    }
}
