internal import Dispatch
internal import FileIO
internal import SecretMemory
internal import Synchronization

/// One connection to an agent with any number of requests under way, told apart by their ids.
///
/// A thread of its own reads the answers; who asks waits for his own, no longer than his deadline.
/// Whatever is not an answer to something that was asked ends the connection.
final class AgentConnection: Sendable {
    private let socket: LocalSocket
    private let state = Mutex(State())
    /// One frame is written at a time.
    private let writing = Mutex(())

    private struct State {
        var nextID: UInt32 = 1
        var waiting: [UInt32: Waiter] = [:]
        /// Asked, and no longer waited for: their answers are dropped.
        var abandoned: Set<UInt32> = []
        var end: AgentClientError?
    }

    /// Who waits for one answer.
    private final class Waiter: Sendable {
        let arrived = DispatchSemaphore(value: 0)
        let answer = Mutex<Answer?>(nil)
    }

    private enum Answer: ~Copyable {
        case frame(AgentFrame)
        case end(AgentClientError)
    }

    init(_ socket: LocalSocket) { self.socket = socket }

    /// Begins to read; ``end()`` has to be called some time.
    func start() {
        guard BlockingThread.start({ [self] in read() }) else { return fail(.gone) }
    }

    /// Every request fails from now on, those under way too.
    func end(_ error: AgentClientError = .gone) { fail(error) }

    func ask(
        kind: UInt8, fields: [UInt8], secret: consuming SecretBytes?, within timeout: Duration
    ) throws(AgentClientError) -> AgentFrame {
        let waiter = Waiter()
        let id = try state.withLock { (state) throws(AgentClientError) in
            if let end = state.end { throw end }
            let id = state.nextID
            state.nextID &+= 1
            state.waiting[id] = waiter
            return id
        }
        let frame = AgentFrame(id: id, kind: kind, fields: fields, secret: secret)
        guard frame.isWithinLimits else {
            state.withLock { $0.waiting[id] = nil }
            throw .tooLarge
        }
        let deadline = DispatchTime.now() + timeout.dispatchInterval
        do throws(SystemError) {
            try writing.withLock { (_) throws(SystemError) in
                try frame.write(to: socket, within: timeout)
            }
        } catch {
            // Half a frame may be out: nothing can follow it.
            fail(error == .timedOut ? .timedOut : .gone)
        }
        if waiter.arrived.wait(timeout: deadline) == .timedOut {
            state.withLock { state in
                guard state.waiting.removeValue(forKey: id) != nil else { return }
                state.abandoned.insert(id)
            }
        }
        let answer = waiter.answer.withLock { $0.take() }
        switch consume answer {
        case .some(.frame(let frame)): return frame
        case .some(.end(let error)): throw error
        case nil: throw .timedOut
        }
    }

    private func read() {
        while true {
            do throws(AgentFrameError) {
                guard let frame = try AgentFrame.read(from: socket) else { return fail(.gone) }
                guard deliver(frame) else { return fail(.lied) }
            } catch {
                switch error {
                case .cut, .system: return fail(.gone)
                case .overLimit: return fail(.lied)
                }
            }
        }
    }

    /// False if nobody asked for it.
    private func deliver(_ frame: consuming AgentFrame) -> Bool {
        let id = frame.id
        let waiter = state.withLock { state -> Waiter?? in
            if let waiter = state.waiting.removeValue(forKey: id) { return waiter }
            return state.abandoned.remove(id) != nil ? .some(nil) : nil
        }
        guard let waiter else { return false }
        guard let waiter else { return true }
        var answer: Answer? = .frame(frame)
        waiter.answer.withLock { $0 = answer.take() }
        waiter.arrived.signal()
        return true
    }

    private func fail(_ error: AgentClientError) {
        let waiting = state.withLock { state in
            if state.end == nil { state.end = error }
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        socket.end()
        for waiter in waiting {
            waiter.answer.withLock { $0 = .end(error) }
            waiter.arrived.signal()
        }
    }
}

extension Duration {
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return .milliseconds(Int(clamping: max(0, milliseconds)))
    }
}
