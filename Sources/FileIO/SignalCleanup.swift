internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// Who gets the signals that would end this process, while it waits for another program.
package protocol SignalReceiver: AnyObject, Sendable {
    /// - Parameter isFromTerminal: by a key of the terminal, so that all of the job has got it.
    func received(_ signal: Int32, isFromTerminal: Bool)
}

/// Leaves nothing behind when a signal ends the program.
///
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT are blocked in every thread and taken by one that waits for
/// them. It removes the named temporary files, restores the terminal, and then lets the signal end
/// the process as it would have: the shell sees 130, 143, 129 or 131. SIGTSTP gets the terminal back
/// to the shell for the time it holds. A signal that was ignored at the start (nohup, a job in the
/// background) stays ignored.
///
/// While a ``SignalReceiver`` is there, it gets the ending signals instead. SIGUSR1 asks how far the
/// work is: it ends nothing, and is answered by whoever said so with ``answer(_:)``.
///
/// SIGPIPE and SIGXFSZ are ignored, so that a write fails with ``FileError/brokenPipe`` or EFBIG.
///
/// Signals are given out in the order of their numbers, and a mark that ``settle()`` sends has the
/// highest.
///
/// A program that is started inherits blocked and ignored signals: whoever starts one resets both.
package enum SignalCleanup {
    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    private static let receiver = Mutex<(any SignalReceiver)?>(nil)
    private static let answer = Mutex<(@Sendable () -> Void)?>(nil)
    private static let mark = coffer_signal_realtime()
    private static let markCame = DispatchSemaphore(value: 0)

    private static var taken: sigset_t {
        signals(ending + [SIGTSTP, SIGUSR1, mark], where: { coffer_signal_is_ignored($0) == 0 })
    }

    /// Called once at the start of `main`, before there is a second thread.
    package static func install() {
        _ = coffer_signal_ignore(SIGPIPE)
        _ = coffer_signal_ignore(SIGXFSZ)
        var taken = taken
        var result = unsafe pthread_sigmask(SIG_BLOCK, &taken, nil)
        precondition(result == 0, "signals: pthread_sigmask failed with \(result)")
        var thread = pthread_t()
        result = unsafe pthread_create(&thread, nil, { _ in SignalCleanup.wait() }, nil)
        precondition(result == 0, "signals: pthread_create failed with \(result)")
        _ = pthread_detach(thread)
    }

    /// Removes the temporary files of outputs that are still open: before `exit`, which runs no
    /// `deinit`.
    package static func discardUnfinished() { TemporaryRegistry.shared.removeAll() }

    /// Gives ending signals to `receiver`, or with nil to the process again.
    package static func hand(to receiver: (any SignalReceiver)?) {
        self.receiver.withLock { $0 = receiver }
    }

    /// Returns when every signal that had come before has been given out. A key of the terminal reaches
    /// all of a job at once: who has seen another process end of it knows then that it came here too.
    ///
    /// Of one thread at a time, and not that of the signals; after ``install()`` only.
    package static func settle() {
        _ = kill(getpid(), mark)
        markCame.wait()
    }

    /// What SIGUSR1 calls, on the thread of the signals; nil for nothing.
    package static func answer(_ body: (@Sendable () -> Void)?) { answer.withLock { $0 = body } }

    private static func wait() -> Never {
        var taken = taken
        while true {
            var isFromKernel: Int32 = 0
            switch unsafe coffer_take_signal(&taken, &isFromKernel) {
            case SIGTSTP: stop()
            case SIGUSR1: answer.withLock { $0 }?()
            case mark: markCame.signal()
            case let number where number > 0:
                guard let receiver = receiver.withLock({ $0 }) else { end(by: number) }
                receiver.received(number, isFromTerminal: isFromKernel != 0)
            default: continue
            }
        }
    }

    private static func stop() {
        TerminalMode.shared.suspend()
        deliver(SIGTSTP)
        // Here again after SIGCONT.
        TerminalMode.shared.resume()
    }

    /// Ends the process as `number` would have ended it at once.
    package static func end(by number: Int32) -> Never {
        TerminalMode.shared.suspend()
        TemporaryRegistry.shared.removeAll {
            // Under the registry's lock: no file appears between here and the end.
            TerminalMode.shared.show()
            _ = coffer_signal_default(number)
            deliver(number)
        }
        _exit(128 + number)
    }

    /// Lets the signal do to this process what it does to others.
    private static func deliver(_ number: Int32) {
        var one = signals([number], where: { _ in true })
        _ = unsafe pthread_sigmask(SIG_UNBLOCK, &one, nil)
        _ = kill(getpid(), number)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &one, nil)
    }

    private static func signals(_ numbers: [Int32], where isWanted: (Int32) -> Bool) -> sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for number in numbers where isWanted(number) { unsafe sigaddset(&set, number) }
        return set
    }
}
