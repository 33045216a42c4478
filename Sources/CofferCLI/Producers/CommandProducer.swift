import Dispatch
import Envelope
import FileIO
import Synchronization

/// A command whose output is encrypted.
final class CommandProducer: Producer, SignalReceiver {
    /// Why the command's output is not whole.
    enum Incomplete: Error, Equatable {
        case notStarted(SystemError)
        case verdict(CommandState.Verdict)
        /// The work failed elsewhere.
        case cancelled
    }

    let program: PipedProgram
    /// How long a process that is left may keep the output open.
    private let patience: DispatchTimeInterval
    private let state = Mutex(CommandState())
    /// Signalled when the output has ended.
    private let outputEnded = DispatchSemaphore(value: 0)
    /// Left when the command has ended, or nobody wants to know any more.
    private let decided = DispatchSemaphore(value: 0)

    init(_ program: PipedProgram, patienceSeconds: Int) {
        self.program = program
        patience = .seconds(patienceSeconds)
    }

    /// What is known by now.
    var verdict: CommandState.Verdict? { state.withLock(\.verdict) }

    func start() throws {
        SignalCleanup.hand(to: self)
        do throws(SystemError) {
            try program.start()
        } catch {
            SignalCleanup.hand(to: nil)
            throw Incomplete.notStarted(error)
        }
        // One that came before there was anybody to pass it on to.
        if case .interrupted(by: let signal) = verdict { program.send(signal) }
        program.notify { [self] in ended() }
    }

    func confirmEnd() throws {
        state.withLock { $0.reachedEndOfOutput() }
        outputEnded.signal()
        decided.wait()
        let verdict = verdict
        if verdict == .whole { return }
        if let verdict { throw Incomplete.verdict(verdict) }
        throw Incomplete.cancelled
    }

    func cancel() {
        outputEnded.signal()
        decided.signal()
    }

    func received(_ signal: Int32, isFromTerminal: Bool) {
        state.withLock { $0.received(signal) }
        program.send(signal, isFromTerminal: isFromTerminal)
    }

    /// Ends the reading of a command whose container cannot be made: it gets SIGPIPE when it writes
    /// on, and SIGTERM when it does nothing of the kind. Returns when it has ended.
    func abandon() {
        program.stopReading()
        guard program.wait(atMost: .seconds(5)) == nil else { return }
        program.terminate()
        _ = program.wait()
    }

    private func ended() {
        guard let ending = program.wait() else { return }
        // The signal that ended it, or that it made an end of, may be on its way to here.
        SignalCleanup.settle()
        let verdict = state.withLock { state in
            state.ended(ending)
            return state.verdict
        }
        if verdict == nil {
            // Bytes that wait are read in time, however slowly what is made of them goes out.
            while outputEnded.wait(timeout: .now() + patience) == .timedOut {
                guard !program.hasUnreadOutput else { continue }
                state.withLock { $0.waitedInVain() }
                break
            }
        }
        if self.verdict != .whole { program.output.cancelReads() }
        decided.signal()
    }
}
