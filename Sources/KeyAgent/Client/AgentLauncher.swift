package import FileIO

/// How this program comes to an agent: that of the session, or one that it starts for itself.
package struct AgentLauncher: Sendable {
    /// Names the socket of the session's agent.
    package static let socketVariable = "COFFER_AGENT_SOCKET"
    package static let programName = "coffer-agent"

    private let sessionSocket: FilePath?
    private let program: FilePath?

    package init(sessionSocket: FilePath?, program: FilePath?) {
        self.sessionSocket = sessionSocket
        self.program = program
    }

    /// By the environment, and by where this program lies: never through PATH.
    package init(environment: ProcessEnvironment) {
        let beside = RunningProgram.path?.directory.appending(component: Self.programName)
        let installed = FilePath(text: "/usr/libexec/coffer/" + Self.programName)
        self.init(
            sessionSocket: environment.path(Self.socketVariable),
            program: [beside, installed].compactMap { $0 }.first { $0.isExecutable })
    }

    /// The agent of the session if it is there, else one that is started.
    package func launch() throws(AgentClientError) -> AgentClient {
        if let client = try session() { return client }
        return try start()
    }

    /// The agent of the session; nothing if there is none, or it has ended.
    package func session() throws(AgentClientError) -> AgentClient? {
        guard let sessionSocket else { return nil }
        let socket: LocalSocket
        do throws(SystemError) {
            socket = try LocalSocket(connectingTo: sessionSocket)
            guard try socket.peerUser == CurrentUser.id else { throw .notPermitted }
        } catch {
            switch error {
            case .noSuchFile, .connectionRefused: return nil
            case .notPermitted, .accessDenied: throw .foreignAgent
            default: throw .notStarted(error)
            }
        }
        return try AgentClient(socket)
    }

    private func start() throws(AgentClientError) -> AgentClient {
        guard let program else { throw .noProgram }
        let ours: LocalSocket
        let child: ChildProgram
        do throws(SystemError) {
            let (here, there) = try LocalSocket.pair()
            ours = here
            child = try ChildProgram.start(
                program, arguments: ["serve", String(ChildProgram.socketNumber)], socket: there)
        } catch { throw .notStarted(error) }
        return try AgentClient(ours, program: child)
    }
}
