import FileIO
import Glibc
import KeyAgent
import SecretMemory

/// The agent's beginning and its one end.
@main
enum Program {
    private static let usage = """
        usage: coffer-agent start [--idle SECONDS]   an agent for the session: eval "$(coffer-agent start)"
               coffer-agent status | lock | stop     the agent that COFFER_AGENT_SOCKET names
        coffer starts what it needs by itself; see Formats/agent-protocol.md.

        """

    static func main() {
        StandardDescriptors.fillMissing()
        ProcessProtection.forbidDumps()
        ProcessProtection.forbidBacktraces()
        // From here, so that every owner of a secret has gone and wiped it.
        exit(run(ProcessArguments.current()))
    }

    private static func run(_ arguments: [String]) -> Int32 {
        do throws(SystemError) {
            switch arguments.first {
            case "serve" where arguments.count == 2:
                return try serve(arguments[1])
            case "session" where arguments.count == 4:
                return try session(arguments[1], socket: arguments[2], idle: arguments[3])
            case "start": return try start(Array(arguments.dropFirst()))
            case "status" where arguments.count == 1:
                return ask { (client) throws(AgentClientError) in
                    let status = try client.status()
                    let idle =
                        status.idleSecondsLeft == 0 ? "never" : "in \(status.idleSecondsLeft) s"
                    print(
                        "process \(status.process), \(status.requestCount) requests, "
                            + "\(status.handleCount) open, ends when idle \(idle)")
                }
            case "lock" where arguments.count == 1:
                return ask { (client) throws(AgentClientError) in try client.lock() }
            case "stop" where arguments.count == 1:
                return ask { (client) throws(AgentClientError) in try client.stop() }
            default:
                complain(usage)
                return EX_USAGE
            }
        } catch {
            complain("error: \(error.text)\n")
            return EX_OSERR
        }
    }

    /// For the one program that started this one, on a descriptor.
    private static func serve(_ number: String) throws(SystemError) -> Int32 {
        guard let number = Int32(number) else { return EX_USAGE }
        AgentServer(services: Services.all()).serve(try LocalSocket(adopting: number))
        return EX_OK
    }

    /// For the session, on a descriptor that listens.
    private static func session(
        _ number: String, socket: String, idle: String
    ) throws(SystemError) -> Int32 {
        guard let number = Int32(number), let idle = UInt32(idle) else { return EX_USAGE }
        let path = FilePath(argument: socket)
        defer { LocalListener.remove(path) }
        let session = AgentSession(
            try LocalListener(adopting: number), clock: KernelSessionClock(),
            idleLimit: idle == 0 ? nil : .seconds(idle))
        try session.run(Services.all())
        return EX_OK
    }

    /// Starts an agent of the session and prints what the shell has to know of it.
    private static func start(_ options: [String]) throws(SystemError) -> Int32 {
        var idle: UInt32 = 900
        if options.count == 2, options[0] == "--idle", let seconds = UInt32(options[1]) {
            idle = seconds
        } else if !options.isEmpty {
            complain(usage)
            return EX_USAGE
        }
        let environment = ProcessEnvironment.current()
        let runtime = environment.path("XDG_RUNTIME_DIR")
        let directory = runtime?.isAbsolute == true ? runtime : nil
        guard let program = RunningProgram.path else { throw .noSuchFile }
        let (listener, socket) = try LocalListener.make(
            in: directory ?? FilePath(text: "/tmp"), name: "coffer-agent")
        let text = ArgumentBytes.encode(socket.bytes)
        do throws(SystemError) {
            let number = String(ChildProgram.socketNumber)
            _ = try ChildProgram.startService(
                program, arguments: ["session", number, text, String(idle)], listener: listener)
        } catch {
            LocalListener.remove(socket)
            throw error
        }
        let name = AgentLauncher.socketVariable
        print("\(name)='\(text)'; export \(name);")
        return EX_OK
    }

    private static func ask(
        _ body: (AgentClient) throws(AgentClientError) -> Void
    ) -> Int32 {
        do throws(AgentClientError) {
            let launcher = AgentLauncher(
                sessionSocket: ProcessEnvironment.current().path(AgentLauncher.socketVariable),
                program: nil)
            guard let client = try launcher.session() else {
                complain("error: no agent is running\nhint: eval \"$(coffer-agent start)\"\n")
                return EX_UNAVAILABLE
            }
            try body(client)
            return EX_OK
        } catch {
            complain("error: the agent did not answer: \(error)\n")
            return EX_UNAVAILABLE
        }
    }

    private static func complain(_ text: String) {
        // Where nobody reads it there is nobody to tell.
        _ = unsafe Array(text.utf8).span.bytes.withUnsafeBytes {
            unsafe write(STDERR_FILENO, $0.baseAddress, $0.count)
        }
    }
}
