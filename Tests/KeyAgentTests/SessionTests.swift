import AgentTestSupport
import Dispatch
import FileIO
import Foundation
import KeyAgent
import SecretMemory
import Synchronization
import Testing

/// A clock that a test turns.
final class TurnedSessionClock: SessionClock {
    private let reading = Mutex(
        SessionWatch.Reading(monotonic: .seconds(100), boottime: .seconds(150)))

    func read() -> SessionWatch.Reading { reading.withLock { $0 } }

    func turn(awake: Duration = .zero, asleep: Duration = .zero) {
        reading.withLock {
            $0 = SessionWatch.Reading(
                monotonic: $0.monotonic + awake, boottime: $0.boottime + awake + asleep)
        }
    }
}

@Suite("An agent of the session")
struct SessionTests {
    @Test("Sleep locks once, time awake does not, and idleness ends")
    func watch() {
        let clock = TurnedSessionClock()
        var watch = SessionWatch(clock.read(), idleLimit: .seconds(900))
        clock.turn(awake: .seconds(800))
        #expect(watch.check(clock.read()) == .none)
        watch.used(clock.read())
        clock.turn(asleep: .milliseconds(500))
        #expect(watch.check(clock.read()) == .none)
        clock.turn(asleep: .seconds(2))
        #expect(watch.check(clock.read()) == .lock)
        #expect(watch.check(clock.read()) == .none)
        clock.turn(awake: .seconds(800))
        #expect(watch.check(clock.read()) == .none)
        clock.turn(awake: .seconds(98))
        #expect(watch.check(clock.read()) == .end)
    }

    @Test("Many short naps lock as one long one does")
    func naps() {
        let clock = TurnedSessionClock()
        var watch = SessionWatch(clock.read(), idleLimit: nil)
        let actions = (0..<4).map { _ in
            clock.turn(awake: .seconds(5), asleep: .milliseconds(400))
            return watch.check(clock.read())
        }
        #expect(actions == [.none, .none, .lock, .none])
    }

    @Test("After a sleep the first request already finds everything forgotten")
    func sleep() throws {
        let session = try RunningSession()
        let client = try session.connect()
        let key = try client.open(ServedAgent.reference("a"), pin: nil)
        _ = try key.wrap(SecretBytes(randomByteCount: 32), binding(1))
        session.clock.turn(asleep: .seconds(3600 * 8 / 60))
        #expect(throws: AgentClientError.failed(.unreachable("the agent was locked"))) {
            _ = try key.wrap(SecretBytes(randomByteCount: 32), binding(1))
        }
        #expect(session.service.lockCount == 1)
        try client.stop()
        #expect(session.hasEnded())
    }

    @Test("Several programs use it, and stopping it ends it for all")
    func programs() throws {
        let session = try RunningSession()
        let first = try session.connect()
        let second = try session.connect()
        _ = try first.open(ServedAgent.reference("pin-a"), pin: secret("1234"))
        // The PIN was given once, by another program.
        _ = try second.open(ServedAgent.reference("pin-a"), pin: nil)
        #expect(try second.status().handleCount == 2)
        try first.stop()
        #expect(session.hasEnded())
    }

    @Test("The socket lies in a folder that nobody else enters, and both go with the agent")
    func folder() throws {
        let directory = try TemporaryFolder()
        let (_, socket) = try LocalListener.make(in: directory.path, name: "agent")
        let folder = try #require(socket.directory.utf8Text)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        LocalListener.remove(socket)
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test(
        "Where no agent listens any more, none is found, and one is started if there is a program")
    func launching() throws {
        let directory = try TemporaryFolder()
        let gone = directory.path.appending(component: "socket")
        let none = AgentLauncher(sessionSocket: gone, program: nil)
        #expect(throws: AgentClientError.noProgram) { _ = try none.launch() }
        let probe = try AgentLauncher(sessionSocket: gone, program: Probe.path()).launch()
        let key = try probe.open(ServedAgent.reference("a"), pin: nil)
        let body = try key.wrap(SecretBytes(randomByteCount: 32), binding(1))
        #expect(try key.unwrap(keyID: key.keyID, body: body, binding(1)).byteCount == 32)
    }

    @Test("A started agent ends with its client, and one that is killed is an ordinary error")
    func processes() throws {
        let launcher = AgentLauncher(sessionSocket: nil, program: try Probe.path())
        var client: AgentClient? = try launcher.launch()
        let first = try #require(try client?.status().process)
        #expect(Probe.isRunning(first))
        client = nil
        #expect(!Probe.isRunning(first))

        let killed = try launcher.launch()
        let key = try killed.open(ServedAgent.reference("a"), pin: nil)
        let process = try killed.status().process
        #expect(kill(pid_t(process), SIGKILL) == 0)
        #expect(throws: AgentClientError.gone) {
            _ = try key.wrap(SecretBytes(randomByteCount: 32), binding(1))
        }
    }

    @Test("A program that cannot be run, and one that is no agent, are ordinary errors")
    func otherPrograms() throws {
        let text = AgentLauncher(sessionSocket: nil, program: FilePath(text: "/etc/passwd"))
        #expect(throws: AgentClientError.notStarted(.accessDenied)) { _ = try text.launch() }
        let other = AgentLauncher(sessionSocket: nil, program: FilePath(text: "/bin/true"))
        #expect(throws: AgentClientError.gone) { _ = try other.launch() }
    }

    @Test("A started agent gets no descriptor but its socket, and reads no input of ours")
    func descriptors() throws {
        let leak = unsafe open("/etc/hostname", O_RDONLY)
        defer { close(leak) }
        let client = try AgentLauncher(sessionSocket: nil, program: Probe.path()).launch()
        let process = try client.status().process
        let numbers = try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(process)/fd"
        ).compactMap { Int($0) }.sorted()
        let targets = numbers.map {
            (try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/\(process)/fd/\($0)")) ?? ""
        }
        #expect(targets.prefix(2) == ["/dev/null", "/dev/null"])
        #expect(!targets.contains("/etc/hostname"))
        #expect(targets.filter { $0.hasPrefix("socket:") }.count == 1)
    }
}

/// A session in this process, with a clock that can be turned.
struct RunningSession {
    let clock = TurnedSessionClock()
    let service = KeyFileAgentService()
    private let folder: TemporaryFolder
    private let socket: FilePath
    private let ended = DispatchSemaphore(value: 0)

    init() throws {
        folder = try TemporaryFolder()
        let (listener, socket) = try LocalListener.make(in: folder.path, name: "agent")
        self.socket = socket
        let session = AgentSession(listener, clock: clock, idleLimit: .seconds(900))
        let services = AgentServices([service])
        let ended = ended
        _ = BlockingThread.start {
            do { try session.run(services) } catch { Issue.record(error) }
            ended.signal()
        }
    }

    func connect() throws -> AgentClient {
        try #require(try AgentLauncher(sessionSocket: socket, program: nil).session())
    }

    func hasEnded() -> Bool { ended.wait(timeout: .now() + 60) == .success }
}

final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("agent-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = FilePath(text: url.path)
    }

    deinit {
        if let text = path.utf8Text { try? FileManager.default.removeItem(atPath: text) }
    }
}

enum Probe {
    /// The helper program, which is built beside the test bundle.
    static func path() throws -> FilePath {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let bundled = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return FilePath(
            text: URL(fileURLWithPath: bundled).deletingLastPathComponent()
                .appendingPathComponent("AgentProbe").path)
    }

    static func isRunning(_ process: UInt32) -> Bool { kill(pid_t(process), 0) == 0 }
}
