internal import Dispatch
internal import FileIO
internal import SecretMemory
internal import Synchronization

/// One connection to an agent with any number of requests under way, told apart by their ids.
///
/// Of those who wait for an answer one reads, for all, until it has its own; then another does. A
/// thread only for that would have to wake whoever asked, and that takes about as long as a token
/// needs for a wrap.
/// Whatever is not an answer to something that was asked ends the connection.
final class AgentConnection: Sendable {
    /// What an answer may take that has begun.
    private static let frameTimeout = Duration.seconds(5)

    private let socket: LocalSocket
    private let state = Mutex(State())
    /// One frame is written at a time. No mutex: Swift's spins, and who writes may be waiting.
    private let writing = DispatchSemaphore(value: 1)

    private struct State {
        var nextID: UInt32 = 1
        var waiting: [UInt32: Waiter] = [:]
        /// Who reads, of those who wait.
        var reader: UInt32?
        /// Those who sleep until they are called.
        var sleeping: Set<UInt32> = []
        /// Asked, and no longer waited for: their answers are dropped.
        var abandoned: Set<UInt32> = []
        var end: AgentClientError?

        mutating func add(_ waiter: Waiter) throws(AgentClientError) -> UInt32 {
            if let end { throw end }
            let id = nextID
            nextID &+= 1
            waiting[id] = waiter
            return id
        }

        /// What who waits for `id` does next.
        mutating func step(_ id: UInt32) throws(AgentClientError) -> Step {
            guard waiting[id] != nil else { return .takeAnswer }
            if let end {
                remove(id)
                throw end
            }
            if reader == nil { reader = id }
            if reader == id { return .read }
            sleeping.insert(id)
            return .sleep
        }

        /// Nobody waits for `id` any more. Where nobody reads now, one of the others does.
        mutating func remove(_ id: UInt32) {
            waiting[id] = nil
            sleeping.remove(id)
            if reader == id { reader = nil }
            // Not one who still writes: he may have to wait until somebody reads.
            if reader == nil, let next = sleeping.popFirst() { waiting[next]?.isCalled.signal() }
        }

        /// False if the answer has just arrived.
        mutating func abandon(_ id: UInt32) -> Bool {
            guard waiting[id] != nil else { return false }
            remove(id)
            abandoned.insert(id)
            return true
        }
    }

    /// Who waits for one answer.
    private final class Waiter: Sendable {
        let isCalled = DispatchSemaphore(value: 0)
        let answer = Mutex<AgentFrame?>(nil)
    }

    private enum Step { case takeAnswer, read, sleep }

    init(_ socket: LocalSocket) { self.socket = socket }

    /// Every request fails from now on, those under way too.
    func end(_ error: AgentClientError = .gone) { fail(error) }

    func ask(
        kind: UInt8, fields: [UInt8], secret: consuming SecretBytes?, within timeout: Duration
    ) throws(AgentClientError) -> AgentFrame {
        let deadline = ContinuousClock.now + timeout
        let waiter = Waiter()
        let id = try state.withLock { (state) throws(AgentClientError) in try state.add(waiter) }
        let frame = AgentFrame(id: id, kind: kind, fields: fields, secret: secret)
        guard frame.isWithinLimits else {
            state.withLock { $0.remove(id) }
            throw .tooLarge
        }
        do throws(SystemError) {
            writing.wait()
            defer { writing.signal() }
            try frame.write(to: socket, within: timeout)
        } catch {
            // Half a frame may be out: nothing can follow it.
            fail(error == .timedOut ? .timedOut : .gone)
        }
        while true {
            let step = try state.withLock { (state) throws(AgentClientError) in try state.step(id) }
            let isInTime: Bool
            switch step {
            case .takeAnswer:
                guard let answer = waiter.answer.withLock({ $0.take() }) else {
                    preconditionFailure("agent: an answer that arrived is not there")
                }
                return answer
            case .read: isInTime = readFrame(until: deadline)
            case .sleep:
                let left = (deadline - .now).dispatchInterval
                isInTime = waiter.isCalled.wait(timeout: .now() + left) == .success
            }
            if !isInTime, state.withLock({ $0.abandon(id) }) { throw .timedOut }
        }
    }

    /// Whoever it is for; false if none begins in time.
    private func readFrame(until deadline: ContinuousClock.Instant) -> Bool {
        guard socket.waitForInput(until: deadline) else { return false }
        do throws(AgentFrameError) {
            guard let frame = try AgentFrame.read(from: socket, within: Self.frameTimeout) else {
                fail(.gone)
                return true
            }
            if !deliver(frame) { fail(.lied) }
        } catch {
            switch error {
            case .system(.timedOut): fail(.timedOut)
            case .cut, .system: fail(.gone)
            case .overLimit: fail(.lied)
            }
        }
        return true
    }

    /// False if nobody asked for it.
    private func deliver(_ frame: consuming AgentFrame) -> Bool {
        let id = frame.id
        var frame: AgentFrame? = frame
        return state.withLock { state in
            guard let waiter = state.waiting[id] else { return state.abandoned.remove(id) != nil }
            waiter.answer.withLock { $0 = frame.take() }
            waiter.isCalled.signal()
            state.remove(id)
            return true
        }
    }

    private func fail(_ error: AgentClientError) {
        state.withLock { state in
            if state.end == nil { state.end = error }
            for waiter in state.waiting.values { waiter.isCalled.signal() }
        }
        socket.end()
    }
}

extension Duration {
    var dispatchInterval: DispatchTimeInterval {
        let (seconds, attoseconds) = components
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        return .milliseconds(Int(clamping: max(0, milliseconds)))
    }
}
