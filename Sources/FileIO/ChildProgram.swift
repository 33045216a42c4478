internal import CLinux
internal import Glibc
internal import Synchronization

/// A program that this one started, with a socket as its descriptor 3 and nothing else of ours but
/// standard error. Its input and output lead nowhere.
package final class ChildProgram: Sendable {
    /// What the program finds its socket by.
    package static let socketNumber: Int32 = 3

    private let process: Mutex<pid_t?>

    /// The program with the other end of a socket.
    package static func start(
        _ program: FilePath, arguments: [String], socket: LocalSocket
    ) throws(SystemError) -> ChildProgram {
        let process = try spawn(
            program, arguments, socket.descriptor.number, inSession: false)
        return ChildProgram(process)
    }

    /// A program that stays when this one ends: of a session of its own, with no standard error.
    /// Returns its process id.
    package static func startService(
        _ program: FilePath, arguments: [String], listener: LocalListener
    ) throws(SystemError) -> Int32 {
        try spawn(program, arguments, listener.number, inSession: true)
    }

    private init(_ process: pid_t) { self.process = Mutex(process) }

    deinit { end(within: .milliseconds(500)) }

    /// Waits for the program, whose socket has been ended; one that does not end by itself is killed.
    package func end(within timeout: Duration) {
        process.withLock { process in
            guard let number = process else { return }
            process = nil
            let deadline = ContinuousClock.now + timeout
            var pause: UInt32 = 100
            while waitpid(number, nil, WNOHANG) == 0 {
                if ContinuousClock.now > deadline { _ = kill(number, SIGKILL) }
                _ = usleep(pause)
                pause = min(pause * 2, 5000)
            }
        }
    }

    private static func spawn(
        _ program: FilePath, _ arguments: [String], _ socket: Int32, inSession: Bool
    ) throws(SystemError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        try check(unsafe posix_spawn_file_actions_init(&actions))
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        var attributes = posix_spawnattr_t()
        try check(unsafe posix_spawnattr_init(&attributes))
        defer { _ = unsafe posix_spawnattr_destroy(&attributes) }

        try check(unsafe posix_spawn_file_actions_adddup2(&actions, socket, socketNumber))
        let lost = inSession ? STDIN_FILENO...STDERR_FILENO : STDIN_FILENO...STDOUT_FILENO
        for number in lost {
            try check(
                unsafe posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0))
        }
        // A descriptor with a passphrase in it must not reach a vendor's module.
        try check(unsafe posix_spawn_file_actions_addclosefrom_np(&actions, socketNumber + 1))

        // SignalCleanup blocks and ignores signals; the program is to have them as usual.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        try check(unsafe posix_spawnattr_setsigmask(&attributes, &none))
        var all = sigset_t()
        unsafe sigfillset(&all)
        try check(unsafe posix_spawnattr_setsigdefault(&attributes, &all))
        var flags = Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
        if inSession { flags |= coffer_spawn_setsid }
        try check(unsafe posix_spawnattr_setflags(&attributes, flags))

        var process = pid_t()
        let texts = [program] + arguments.map { FilePath(text: $0) }
        var copies = unsafe texts.map { text in
            unsafe text.withCString { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        }
        unsafe copies.append(nil)
        defer {
            for index in unsafe copies.indices { unsafe free(copies[index]) }
        }
        let result = unsafe program.withCString {
            unsafe posix_spawn(
                &process, $0, &actions, &attributes, copies, coffer_environment())
        }
        try check(result)
        return process
    }

    /// The calls of posix_spawn return their error.
    private static func check(_ result: Int32) throws(SystemError) {
        guard result == 0 else { throw SystemError(result) }
    }
}
