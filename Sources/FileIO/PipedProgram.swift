internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A program whose standard output is read here. It has this process's standard input and error, its
/// environment, and the descriptors that were handed down to be handed on.
///
/// With a terminal it stays in the job, so that Ctrl-C, Ctrl-Z, `fg` and what it asks on the terminal
/// work as in any pipeline. Without one it has a process group of its own, so that a signal reaches
/// whatever it starts in turn.
package final class PipedProgram: Sendable {
    /// How a program ended.
    package enum Ending: Equatable, Sendable {
        case exited(Int32)
        case killed(by: Int32)

        package init(waitStatus: Int32) {
            let signal = waitStatus & 0x7F
            self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .killed(by: signal)
        }

        package var isSuccess: Bool { self == .exited(0) }

        /// As a shell has it.
        package var exitCode: Int32 {
            switch self {
            case .exited(let code): code
            case .killed(by: let signal): 128 + signal
            }
        }
    }

    package let name: FilePath
    /// What the program writes; it ends when every process has let go of it.
    package let output: InputFile
    private let arguments: [FilePath]
    /// Of `output`, which owns it as long as this object does.
    private let reader: Int32
    /// The program's own end, until it is started.
    private let writer: Mutex<Descriptor?>
    /// Not yet fetched, so that its number can be no other process's.
    private let process = Mutex<pid_t?>(nil)
    private let ending = Mutex<Ending?>(nil)
    private let ended = DispatchGroup()
    private let hasOwnGroup: Bool
    private let terminal: TerminalState?

    /// - Parameter arguments: the program, looked for as a shell would, and what it is given.
    package init(_ arguments: [FilePath]) throws(FileError) {
        precondition(!arguments.isEmpty, "program: no name")
        self.arguments = arguments
        name = arguments[0]
        terminal = TerminalState()
        hasOwnGroup = terminal == nil
        do throws(SystemError) {
            let ends = try PipeEnds()
            reader = ends.reader.number
            output = try InputFile(ends.reader, name: .program(arguments[0]))
            writer = Mutex(ends.writer)
        } catch { throw .cannotOpen(.program(arguments[0]), error) }
    }

    /// - Throws: what the system says of the program: ENOENT where there is none.
    package func start() throws(SystemError) {
        let number = try writer.withLock { (writer) throws(SystemError) -> pid_t in
            guard let end = writer.take() else { preconditionFailure("program: started twice") }
            return try spawn(end.number)
        }
        process.withLock { $0 = number }
        ended.enter()
        guard BlockingThread.start({ [self] in fetch(number) }) else {
            _ = kill(number, SIGKILL)
            fetch(number)
            throw SystemError(EAGAIN)
        }
    }

    /// Returns when the program has ended; nil if it has not within `timeout`.
    package func wait(atMost timeout: Duration? = nil) -> Ending? {
        if let timeout {
            let (seconds, attoseconds) = timeout.components
            let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
            _ = ended.wait(timeout: .now() + .nanoseconds(nanoseconds))
        } else {
            ended.wait()
        }
        return ending.withLock { $0 }
    }

    package func notify(_ body: @escaping @Sendable () -> Void) {
        ended.notify(queue: DispatchQueue(label: "coffer.program"), execute: body)
    }

    /// Passes a signal on, unless the terminal has given it to the program already.
    package func send(_ signal: Int32, isFromTerminal: Bool = false) {
        process.withLock { process in
            guard let process else { return }
            if hasOwnGroup {
                _ = kill(-process, signal)
            } else if !isFromTerminal {
                _ = kill(process, signal)
            }
        }
    }

    /// Asks the program to end.
    package func terminate() { send(SIGTERM) }

    package var isRunning: Bool { process.withLock { $0 != nil } }

    /// Closes this end of the pipe: what the program writes from now on kills it with SIGPIPE.
    package func stopReading() {
        output.cancelReads()
        // Another file under the same number, as the input still owns that.
        guard let nothing = try? Descriptor(opening: FilePath(text: "/dev/null"), flags: O_RDONLY)
        else { return }
        _ = coffer_replace(reader, nothing.number)
    }

    /// Whether written bytes wait to be read.
    package var hasUnreadOutput: Bool { coffer_unread_count(reader) > 0 }

    /// Waits for the end and fetches it, under the lock that ``send(_:isFromTerminal:)`` takes.
    private func fetch(_ number: pid_t) {
        while coffer_wait_unreaped(number) != 0, errno == EINTR {}
        let how = process.withLock { process -> Ending in
            var status: Int32 = 0
            while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
            process = nil
            return Ending(waitStatus: status)
        }
        // One that was killed had no time to leave the terminal as it should be.
        if case .killed = how { terminal?.restore() }
        ending.withLock { $0 = how }
        ended.leave()
    }

    private func spawn(_ output: Int32) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        try Self.check(unsafe posix_spawn_file_actions_init(&actions))
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        try Self.check(unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO))
        var attributes = posix_spawnattr_t()
        try Self.check(unsafe posix_spawnattr_init(&attributes))
        defer { _ = unsafe posix_spawnattr_destroy(&attributes) }

        // What SignalCleanup blocks and ignores; what was ignored before stays so, as under nohup.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        try Self.check(unsafe posix_spawnattr_setsigmask(&attributes, &none))
        var usual = sigset_t()
        unsafe sigemptyset(&usual)
        for signal in [SIGPIPE, SIGXFSZ] { unsafe sigaddset(&usual, signal) }
        try Self.check(unsafe posix_spawnattr_setsigdefault(&attributes, &usual))
        var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        if hasOwnGroup { flags |= Int16(POSIX_SPAWN_SETPGROUP) }
        try Self.check(unsafe posix_spawnattr_setpgroup(&attributes, 0))
        try Self.check(unsafe posix_spawnattr_setflags(&attributes, flags))

        var process = pid_t()
        var copies = unsafe arguments.map { text in
            unsafe text.withCString { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        }
        unsafe copies.append(nil)
        defer {
            for index in unsafe copies.indices { unsafe free(copies[index]) }
        }
        let result = unsafe name.withCString {
            unsafe posix_spawnp(
                &process, $0, &actions, &attributes, copies, coffer_environment())
        }
        try Self.check(result)
        return process
    }

    /// The calls of posix_spawn return their error.
    private static func check(_ result: Int32) throws(SystemError) {
        guard result == 0 else { throw SystemError(result) }
    }
}
