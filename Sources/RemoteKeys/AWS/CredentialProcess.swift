internal import FileIO
internal import Glibc
internal import KMSWire
internal import SecretMemory

/// Runs the program that a profile names to bring credentials: by its path and arguments, with no
/// shell, for at most a minute.
package enum CredentialProcess {
    package enum Failure: Error, Equatable, Sendable {
        /// The command's quotes do not end, or it is empty.
        case badCommand
        case cannotRun(errno: Int32)
        /// By its exit status, or 128 and the signal that ended it.
        case failed(status: Int32)
        case timedOut
        case outputTooLarge
        /// No JSON of version 1 with credentials in it.
        case badOutput
    }

    private static let outputLimit = 64 * 1024
    private static let timeout = Duration.seconds(60)

    static func credentials(
        command: String, environment: ProcessEnvironment
    ) throws(Failure) -> AWSCredentials {
        guard let words = ShellWords.split(command), !words.isEmpty else { throw .badCommand }
        let output = try run(words, environment, deadline: .now + timeout)
        do throws(WireError) {
            let answer = try output.withBytes(JSONObject.init)
            guard try answer.integer("Version") == 1 else { throw .unknownValue(member: "Version") }
            return try AWSCredentials(answer, token: "SessionToken", isExpirationNeeded: false)
        } catch { throw .badOutput }
    }

    /// What the program writes to its standard output. It reads nothing, and its errors go where
    /// ours go.
    private static func run(
        _ words: [String], _ environment: ProcessEnvironment, deadline: ContinuousClock.Instant
    ) throws(Failure) -> SecretBytes {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .cannotRun(errno: errno) }
        defer { _ = close(ends[0]) }
        let started: Result<pid_t, Failure>
        if ends.allSatisfy({ fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }) {
            started = spawn(words, environment, output: ends[1])
        } else {
            started = .failure(.cannotRun(errno: errno))
        }
        _ = close(ends[1])
        let process = try started.get()
        do throws(Failure) {
            let output = try read(ends[0], until: deadline)
            let status = try wait(for: process)
            guard status == 0 else { throw .failed(status: status) }
            return output
        } catch {
            if case .failed = error { throw error }
            _ = kill(process, SIGKILL)
            _ = try wait(for: process)
            throw error
        }
    }

    private static func spawn(
        _ words: [String], _ environment: ProcessEnvironment, output: Int32
    ) -> Result<pid_t, Failure> {
        var actions = unsafe posix_spawn_file_actions_t()
        var result = unsafe posix_spawn_file_actions_init(&actions)
        guard result == 0 else { return .failure(.cannotRun(errno: result)) }
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        result = unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        guard result == 0 else { return .failure(.cannotRun(errno: result)) }
        result = unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        guard result == 0 else { return .failure(.cannotRun(errno: result)) }
        var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        var variables =
            unsafe environment.entries.map { entry in
                unsafe (entry.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer {
                    unsafe $0.baseAddress.flatMap { unsafe strdup($0) }
                }
            } + [nil]
        defer {
            for index in unsafe arguments.indices { unsafe free(arguments[index]) }
            for index in unsafe variables.indices { unsafe free(variables[index]) }
        }
        var process: pid_t = 0
        result = unsafe posix_spawnp(
            &process, words[0], &actions, nil, &arguments, &variables)
        return result == 0 ? .success(process) : .failure(.cannotRun(errno: result))
    }

    private static func read(
        _ descriptor: Int32, until deadline: ContinuousClock.Instant
    ) throws(Failure) -> SecretBytes {
        // One byte more proves that the limit is passed.
        let room = SecretBuffer(byteCount: outputLimit + 1)
        var count = 0
        while true {
            let left = max(.zero, deadline - .now)
            var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&poller, 1, Int32(left / .milliseconds(1)))
            guard ready != 0 else { throw .timedOut }
            if ready < 0 {
                if errno == EINTR { continue }
                throw .cannotRun(errno: errno)
            }
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: room.memory[count...])
            let length = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
            if length < 0 {
                if errno == EINTR { continue }
                throw .cannotRun(errno: errno)
            }
            if length == 0 { break }
            count += length
            guard count <= outputLimit else { throw .outputTooLarge }
        }
        return SecretBytes(byteCount: count) { output in
            unsafe output.withUnsafeMutableBytes { output in
                unsafe output.copyBytes(from: room.memory.prefix(count))
            }
        }
    }

    private static func wait(for process: pid_t) throws(Failure) -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) != process {
            guard errno == EINTR else { throw .cannotRun(errno: errno) }
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
