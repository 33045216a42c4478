internal import FileIO
internal import Synchronization

/// A program that is connected to an agent, and what it has open.
final class ServedConnection: Sendable {
    let handles = HandleTable()
    private let socket: LocalSocket
    private let writing = Mutex(())
    private let isGreeted = Mutex(false)

    init(_ socket: LocalSocket) { self.socket = socket }

    /// The next request; nothing if the program has gone, or sent what is none.
    func next() -> AgentFrame? {
        // What was wrong with it is for nobody to hear: the connection ends either way.
        do throws(AgentFrameError) { return try AgentFrame.read(from: socket) } catch {
            return nil
        }
    }

    /// The first request has to be a greeting, and no other may be.
    func admits(_ request: AgentRequest) -> Bool {
        isGreeted.withLock { isGreeted in
            let isHello = if case .hello = request { true } else { false }
            defer { isGreeted = true }
            return isHello != isGreeted
        }
    }

    func send(_ frame: borrowing AgentFrame, within timeout: Duration) {
        do throws(SystemError) {
            try writing.withLock { (_) throws(SystemError) in
                try frame.write(to: socket, within: timeout)
            }
        } catch { end() }
    }

    func end() { socket.end() }
}
