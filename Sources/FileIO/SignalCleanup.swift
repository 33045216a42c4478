internal import CLinux
internal import Glibc

/// Leaves nothing behind when a signal ends the program.
///
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT are blocked in every thread and taken by one that waits for
/// them. It removes the named temporary files, restores the terminal, and then lets the signal end
/// the process as it would have: the shell sees 130, 143, 129 or 131. SIGTSTP gets the terminal back
/// to the shell for the time it holds. A signal that was ignored at the start (nohup, a job in the
/// background) stays ignored.
///
/// SIGPIPE and SIGXFSZ are ignored, so that a write fails with ``FileError/brokenPipe`` or EFBIG.
///
/// A program that is started inherits blocked and ignored signals: whoever starts one resets both.
package enum SignalCleanup {
    private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Called once at the start of `main`, before there is a second thread.
    package static func install() {
        _ = coffer_signal_ignore(SIGPIPE)
        _ = coffer_signal_ignore(SIGXFSZ)
        var taken = signals(ending + [SIGTSTP], where: { coffer_signal_is_ignored($0) == 0 })
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

    private static func wait() -> Never {
        var taken = signals(ending + [SIGTSTP], where: { coffer_signal_is_ignored($0) == 0 })
        while true {
            var number: Int32 = 0
            guard unsafe sigwait(&taken, &number) == 0 else { continue }
            if number == SIGTSTP {
                stop()
            } else {
                end(by: number)
            }
        }
    }

    private static func stop() {
        TerminalMode.shared.suspend()
        deliver(SIGTSTP)
        // Here again after SIGCONT.
        TerminalMode.shared.resume()
    }

    private static func end(by number: Int32) -> Never {
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
