import Dispatch
import FileIO
import Synchronization
import Testing

@Suite("Whose turn it is to read from a socket")
struct ReadingTurnTests {
    private struct State {
        var readers = 0
        var mostReaders = 0
        var byteCount = 0
    }

    @Test("One thread reads at a time, nothing is left unread, and the end reaches every thread")
    func turns() throws {
        let (here, there) = try LocalSocket.pair()
        let turn = try ReadingTurn(here)
        let state = Mutex(State())
        let group = DispatchGroup()
        for _ in 0..<8 {
            group.enter()
            let isStarted = BlockingThread.start {
                while read(one: here, turn, state) {}
                group.leave()
            }
            #expect(isStarted)
        }
        // More than one read takes from each write, and none from some.
        for count in 0..<300 {
            let bytes = [UInt8](repeating: 1, count: count % 3)
            try unsafe there.write(bytes.span.bytes, RawSpan(), within: .seconds(60))
        }
        there.end()
        #expect(group.wait(timeout: .now() + 60) == .success)
        let found = state.withLock { $0 }
        #expect(found.byteCount == 300)
        #expect(found.mostReaders == 1)
    }

    /// False at the end.
    private func read(one socket: LocalSocket, _ turn: ReadingTurn, _ state: borrowing Mutex<State>)
        -> Bool
    {
        turn.take()
        defer { turn.passOn() }
        state.withLock { state in
            state.readers += 1
            state.mostReaders = max(state.mostReaders, state.readers)
        }
        var byte: [UInt8] = [0]
        var span = byte.mutableSpan
        var room = unsafe span.mutableBytes
        let count = (try? socket.read(into: &room)) ?? 0
        state.withLock { state in
            state.readers -= 1
            state.byteCount += count
        }
        return count == 1
    }
}
