import ContainerFormat
import Dispatch
import FileIO
import KeyAgent
import SecretMemory
import Synchronization
import Testing

/// The far end of a socket in the hands of an agent that is none.
enum LyingAgent: String, CaseIterable, Sendable {
    case endsAtOnce, endsAfterGreeting, hangsAtOnce, hangsAfterGreeting, endsInFrame, hangsInFrame
    case wrongID, garbage, longFields, longSecret, notAnAnswer, otherAnswer, missingSecret
    case shortFields, otherVersion

    var expected: AgentClientError {
        switch self {
        case .endsAtOnce, .endsAfterGreeting, .endsInFrame: .gone
        case .hangsAtOnce, .hangsAfterGreeting, .hangsInFrame: .timedOut
        case .otherVersion: .version
        case .wrongID, .garbage, .longFields, .longSecret, .notAnAnswer, .otherAnswer,
            .missingSecret, .shortFields:
            .lied
        }
    }

    /// Answers until the client is gone.
    func serve(_ socket: LocalSocket) {
        defer { if self != .hangsAtOnce, self != .hangsAfterGreeting { socket.end() } }
        if self == .endsAtOnce { return }
        // A reader of frames that ends or is cut: the client has gone.
        while let frame = try? AgentFrame.read(from: socket) {
            if self == .hangsAtOnce { continue }
            if frame.kind == 0x01, self == .otherVersion {
                write(frame.id, .failed(.unsupported("version")), socket)
                return
            }
            if frame.kind == 0x01 {
                write(frame.id, .hello(version: 1), socket)
                continue
            }
            if frame.kind == 0x02, self != .endsAfterGreeting, self != .hangsAfterGreeting {
                let key = AgentAnswer(kind: 0x82, fields: Self.openedKey)
                if let key { write(frame.id, key, socket) }
                continue
            }
            if !lie(frame.id, socket) { return }
        }
    }

    /// handle 1, `vault-transit`, `test/a`, `a`, makes no file keys.
    private static let openedKey: [UInt8] =
        [0, 0, 0, 1] + [0, 0, 0, 13] + Array("vault-transit".utf8)
        + [0, 0, 0, 6] + Array("test/a".utf8) + [0, 0, 0, 1, 97, 0]

    private func lie(_ id: UInt32, _ socket: LocalSocket) -> Bool {
        func head(_ id: UInt32, _ kind: UInt8, _ fields: UInt32, _ secret: UInt16) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.append(bigEndian: id)
            bytes.append(kind)
            bytes.append(bigEndian: fields)
            bytes.append(bigEndian: secret)
            return bytes
        }
        switch self {
        case .endsAtOnce, .endsAfterGreeting: return false
        case .hangsAtOnce, .hangsAfterGreeting: return true
        case .endsInFrame, .hangsInFrame:
            raw(head(id, 0x86, 0, 33) + [1, 2, 3], socket)
            return self == .hangsInFrame
        case .wrongID: write(id + 7, .done, socket)
        case .garbage: raw([UInt8](repeating: 0x5A, count: 64), socket)
        case .longFields: raw(head(id, 0x85, 131_073, 0), socket)
        case .longSecret: raw(head(id, 0x86, 0, 4098), socket)
        case .notAnAnswer: raw(head(id, 0x44, 0, 0), socket)
        case .otherAnswer: write(id, .bytes([1, 2, 3]), socket)
        case .missingSecret: write(id, .done, socket)
        case .shortFields: raw(head(id, 0x85, 4, 0) + [0, 0, 0, 9], socket)
        case .otherVersion: return false
        }
        return true
    }

    private func write(_ id: UInt32, _ answer: AgentAnswer, _ socket: LocalSocket) {
        let frame = AgentFrame(id: id, kind: answer.kind, fields: answer.fields, secret: nil)
        try? frame.write(to: socket, within: .seconds(60))
    }

    private func raw(_ bytes: [UInt8], _ socket: LocalSocket) {
        try? unsafe socket.write(bytes.span.bytes, RawSpan(), within: .seconds(60))
    }
}

@Suite("Agents that die, hang and lie")
struct LyingAgentTests {
    @Test("Each is an ordinary error, in time", arguments: LyingAgent.allCases)
    func errors(agent: LyingAgent) throws {
        let (here, there) = try LocalSocket.pair()
        _ = BlockingThread.start { agent.serve(there) }
        let start = ContinuousClock.now
        #expect(throws: agent.expected) {
            // The client adds two seconds of grace to what the agent is given.
            let client = try AgentClient(here, timeout: .milliseconds(300))
            let settings = AgentSettings(timeout: .milliseconds(10))
            let key = try client.open(
                AgentReference(uri: "vault:test/a", settings: settings), pin: nil)
            _ = try key.unwrap(keyID: key.keyID, body: [1], binding(1))
        }
        #expect(ContinuousClock.now - start < .seconds(60))
    }

    @Test("After a lie nothing more is asked of that agent")
    func noSecondChance() throws {
        let (here, there) = try LocalSocket.pair()
        _ = BlockingThread.start { LyingAgent.otherAnswer.serve(there) }
        let client = try AgentClient(here)
        let key = try client.open(AgentReference(uri: "vault:test/a"), pin: nil)
        #expect(throws: AgentClientError.lied) {
            _ = try key.unwrap(keyID: key.keyID, body: [1], binding(1))
        }
        #expect(throws: AgentClientError.self) { _ = try client.status() }
    }

    @Test("Who reads and gives up leaves the reading to those who still wait")
    func givingUp() throws {
        let (here, there) = try LocalSocket.pair()
        let (firstIsAsked, isGivenUp) = (
            DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
        )
        _ = BlockingThread.start {
            var isFirst = true
            while let frame = try? AgentFrame.read(from: there) {
                var answer = AgentAnswer.hello(version: 1)
                if frame.kind == 0x06 {
                    firstIsAsked.signal()
                    // The first has no answer, and the second one only when nobody waits for the first.
                    defer { isFirst = false }
                    if isFirst { continue }
                    isGivenUp.wait()
                    answer = .bytes([7])
                }
                let reply = AgentFrame(
                    id: frame.id, kind: answer.kind, fields: answer.fields, secret: nil)
                try? reply.write(to: there, within: .seconds(60))
            }
        }
        let client = try AgentClient(here)
        let group = DispatchGroup()
        let first = Mutex<AgentClientError?>(nil)
        group.enter()
        _ = BlockingThread.start {
            let hasty = AgentReference(
                uri: "vault:test", settings: AgentSettings(timeout: .milliseconds(10)))
            do throws(AgentClientError) {
                _ = try client.call("ListKeys", body: [], to: hasty)
            } catch { first.withLock { $0 = error } }
            isGivenUp.signal()
            group.leave()
        }
        firstIsAsked.wait()
        let patient = AgentReference(
            uri: "vault:test", settings: AgentSettings(timeout: .seconds(60)))
        #expect(try client.call("ListKeys", body: [], to: patient) == [7])
        group.wait()
        #expect(first.withLock { $0 } == .timedOut)
    }

    @Test(
        "An agent ends the connection of a program that sends what is no request",
        arguments: [
            [UInt8](repeating: 0x5A, count: 64),
            // A status before the greeting; a greeting without its mark; a kind that is none.
            [0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0],
            [0, 0, 0, 1, 0x01, 0, 0, 0, 2, 0, 0, 0, 1],
            [0, 0, 0, 1, 0x77, 0, 0, 0, 0, 0, 0],
        ])
    func badRequests(bytes: [UInt8]) throws {
        let (here, there) = try LocalSocket.pair()
        let ended = DispatchSemaphore(value: 0)
        _ = BlockingThread.start {
            AgentServer(services: AgentServices([])).serve(there)
            ended.signal()
        }
        try unsafe here.write(bytes.span.bytes, RawSpan(), within: .seconds(60))
        #expect(ended.wait(timeout: .now() + 60) == .success)
        #expect(try isAtEnd(here))
    }

    private func isAtEnd(_ socket: LocalSocket) throws -> Bool {
        switch try AgentFrame.read(from: socket) {
        case .none: true
        case .some: false
        }
    }

    @Test("A greeting of another version is answered by name, and then the connection ends")
    func version() throws {
        let (here, there) = try LocalSocket.pair()
        _ = BlockingThread.start {
            AgentServer(services: AgentServices([])).serve(there)
        }
        let hello = AgentRequest.hello(version: 2)
        let frame = AgentFrame(id: 1, kind: hello.kind, fields: hello.fields, secret: nil)
        try frame.write(to: here, within: .seconds(60))
        var answer: AgentAnswer?
        if let frame = try AgentFrame.read(from: here) {
            answer = AgentAnswer(kind: frame.kind, fields: frame.fields)
        }
        #expect(answer == .failed(.unsupported("version")))
        #expect(try isAtEnd(here))
    }
}
