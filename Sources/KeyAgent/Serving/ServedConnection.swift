internal import Dispatch
internal import FileIO
internal import Synchronization

/// A program that is connected to an agent, what it has open, and the threads that answer it.
///
/// Each thread takes a request, answers it, and takes the next; one at a time reads. There is always
/// one that waits for the next, up to the limit: who took a request and leaves nobody behind starts
/// another.
final class ServedConnection: Sendable {
    let handles = HandleTable()
    private let socket: LocalSocket
    private let threadLimit: Int
    private let turn: ReadingTurn
    private let isGreeted = Mutex(false)
    /// No mutex: Swift's spins, and who writes may be waiting.
    private let writing = DispatchSemaphore(value: 1)
    private let threads = Mutex((count: 1, waiting: 0))
    private let helpers = DispatchGroup()

    init(_ socket: LocalSocket, threadLimit: Int) throws(SystemError) {
        self.socket = socket
        turn = try ReadingTurn(socket)
        self.threadLimit = threadLimit
    }

    /// Answers until the program goes, or sends what is no request; returns when all is answered.
    func run(
        _ answer: @escaping @Sendable (AgentRequest, consuming AgentFrame) -> Void
    ) {
        work(answer)
        helpers.wait()
    }

    private func work(
        _ answer: @escaping @Sendable (AgentRequest, consuming AgentFrame) -> Void
    ) {
        while true {
            threads.withLock { $0.waiting += 1 }
            let frame = next()
            let isAlone = threads.withLock { threads in
                threads.waiting -= 1
                guard threads.waiting == 0, threads.count < threadLimit else { return false }
                threads.count += 1
                return true
            }
            guard let frame, let request = AgentRequest(kind: frame.kind, fields: frame.fields)
            else { return end() }
            if isAlone {
                helpers.enter()
                let isStarted = BlockingThread.start { [self] in
                    work(answer)
                    helpers.leave()
                }
                // Then those that are there have to do.
                if !isStarted { helpers.leave() }
            }
            answer(request, frame)
        }
    }

    /// The next request; nothing if the program has gone, or sent what is none. The first has to be a
    /// greeting, and no other may be.
    private func next() -> AgentFrame? {
        turn.take()
        defer { turn.passOn() }
        // What was wrong with it is for nobody to hear: the connection ends either way.
        do throws(AgentFrameError) {
            guard let frame = try AgentFrame.read(from: socket) else { return nil }
            let isExpected = isGreeted.withLock { isGreeted in
                defer { isGreeted = true }
                return (frame.kind == AgentRequest.helloKind) != isGreeted
            }
            guard isExpected else { return nil }
            return frame
        } catch { return nil }
    }

    func send(_ frame: borrowing AgentFrame, within timeout: Duration) {
        do throws(SystemError) {
            writing.wait()
            defer { writing.signal() }
            try frame.write(to: socket, within: timeout)
        } catch { end() }
    }

    func end() { socket.end() }
}
