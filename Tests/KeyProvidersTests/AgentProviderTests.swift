import AgentTestSupport
import ContainerFormat
import FileIO
import KeyAgent
import KeyProviders
import SecretMemory
import Synchronization
import Testing

@Suite("Keys that the agent reaches")
struct AgentProviderTests {
    private static let arn = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1"

    @Test("A container opens through the agent, and with no other binder")
    func roundTrip() throws {
        let key = try Self.key("vault:test/a")
        let fileKey = FileKey()
        let stanza = try key.wrap(fileKey, Self.binding(1))
        #expect(stanza.type == "vault-transit")
        #expect(stanza.keyID == Array("test/a".utf8))
        #expect(try key.unwrap(stanza, Self.binding(1)).byteCount == 32)
        #expect(throws: KeyProviderError.notOpened) {
            _ = try key.unwrap(stanza, Self.binding(2))
        }
    }

    @Test("A file key of the service's making is used where it makes them")
    func generation() throws {
        let made = try Self.key("vault:test/generating").makeFileKey(Self.binding(1))
        let isMade = if made == nil { false } else { true }
        #expect(isMade)
        let none = try Self.key("vault:test/a").makeFileKey(Self.binding(1))
        let isNone = if none == nil { true } else { false }
        #expect(isNone)
    }

    @Test(
        "R12: a stanza that names another key starts no agent",
        arguments: [
            ("aws-kms:" + arn, "aws-kms", "arn:aws:kms:eu-west-1:999999999999:key/mrk-1"),
            ("aws-kms:" + arn, "aws-kms", "arn:aws:kms:eu-west-1:111122223333:key/mrk-2"),
            ("aws-kms:" + arn, "aws-kms", "https://attacker.example/"),
            ("aws-kms:" + arn, "vault-transit", "transit/a"),
            ("aws-kms:alias/a", "vault-transit", "transit/a"),
            ("vault:transit/a", "vault-transit", "transit/b"),
            ("vault:transit/a", "vault-transit", "http://10.0.0.1/transit/a"),
            ("pkcs11:token=a", "aws-kms", arn),
            ("pkcs11:token=a", "plugin", "/tmp/evil.so"),
        ])
    func foreignNames(uri: String, type: String, keyID: String) throws {
        let key = try Self.provider(uri) { () throws(AgentClientError) in
            Issue.record("an agent was started")
            throw .noProgram
        }
        #expect(Self.isMatch(key, type, keyID) == false)
    }

    @Test("A multi-Region key matches whatever its region, another key only byte for byte")
    func multiRegion() throws {
        let key = try Self.provider("aws-kms:" + Self.arn) { () throws(AgentClientError) in
            throw .noProgram
        }
        #expect(Self.isMatch(key, "aws-kms", Self.arn))
        #expect(Self.isMatch(key, "aws-kms", "arn:aws:kms:us-east-1:111122223333:key/mrk-1"))
        #expect(!Self.isMatch(key, "aws-kms", "arn:aws-cn:kms:us-east-1:111122223333:key/mrk-1"))
        #expect(!Self.isMatch(key, "aws-kms", "arn:aws:kms:us-east-1:111122223333:alias/mrk-1"))
    }

    @Test("An agent that cannot be had is looked for once, and every key says why")
    func missing() throws {
        let count = Mutex(0)
        let access = AgentAccess { () throws(AgentClientError) in
            count.withLock { $0 += 1 }
            throw .noProgram
        }
        for name in ["test/a", "test/b"] {
            let key = try #require(
                AgentProvider(
                    AgentReference(uri: "vault:" + name), access: access, pin: Self.noPIN))
            #expect(throws: KeyProviderError.agent(.noProgram)) {
                _ = try key.wrap(FileKey(), Self.binding(1))
            }
        }
        #expect(count.withLock { $0 } == 1)
    }

    @Test("A wrong PIN is tried once, however often the key is asked")
    func pin() throws {
        let service = KeyFileAgentService()
        let count = Mutex(0)
        let access = AgentAccess { () throws(AgentClientError) in try Self.agent(service) }
        let key = try #require(
            AgentProvider(AgentReference(uri: "vault:test/pin-a"), access: access) {
                (_) throws(AgentClientError) in
                count.withLock { $0 += 1 }
                return unsafe SecretBytes(copying: Array("9999".utf8).span.bytes)
            })
        for _ in 0..<3 {
            #expect(throws: KeyProviderError.agent(.failed(.pinWrong(token: "test token")))) {
                _ = try key.wrap(FileKey(), Self.binding(1))
            }
        }
        #expect(count.withLock { $0 } == 1)
        #expect(service.pinAttempts == 1)
    }

    @Test("What the service says is told apart: no key, refused, away")
    func refusals() throws {
        #expect(throws: KeyProviderError.noSuchKey) {
            _ = try Self.key("vault:other/a").wrap(FileKey(), Self.binding(1))
        }
        let denied = "vault:test/denied"
        #expect(throws: KeyProviderError.denied(service: denied, message: "permission denied")) {
            _ = try Self.key(denied).wrap(FileKey(), Self.binding(1))
        }
        #expect(
            throws: KeyProviderError.agent(.failed(.unreachable("connection refused")))
        ) { _ = try Self.key("vault:test/away").wrap(FileKey(), Self.binding(1)) }
    }

    @Test("Scripts tell an agent that is away from a service that refused")
    func codes() throws {
        func code(_ uri: String) throws -> UnlockFailure.Code {
            let key = try Self.key(uri)
            let name = AgentReference(uri: uri).name
            let stanza = Stanza(type: .vaultTransit, keyID: Array(name.utf8), body: [1])
            do {
                let opener = StanzaOpener(providers: [key])
                _ = try opener.open([stanza], binding: Self.binding(1)) { _ in true }
                Issue.record("it opened")
                return .noKey
            } catch let failure as UnlockFailure { return failure.code }
        }
        #expect(try code("vault:test/away") == .unreachable)
        #expect(try code("vault:test/denied") == .denied)
        #expect(try code("vault:test/pin-a") == .denied)
        #expect(try code("vault:test/a") == .noKey)
        #expect(try code("vault:test/odd") == .configuration)
    }

    @Test("An alias that cannot be reached is to blame in one row, and nothing is removed for it")
    func unknownName() throws {
        let key = try Self.provider("aws-kms:alias/a") { () throws(AgentClientError) in
            throw .noProgram
        }
        let stanzas = ["1", "2", "3"].map {
            Stanza(type: .awsKMS, keyID: Array("arn:aws:kms:a:1:key/\($0)".utf8), body: [1])
        }
        let isUnknown = if case .unknown = key.match(stanzas[0]) { true } else { false }
        #expect(isUnknown && key.mayMatch(stanzas[0]))
        #expect(throws: KeyProviderError.agent(.noProgram)) { try key.identify() }
        let opener = StanzaOpener(providers: [key])
        let failure = #expect(throws: UnlockFailure.self) {
            _ = try opener.open(stanzas, binding: Self.binding(1)) { _ in true }
        }
        #expect(
            failure?.lines.map(\.result) == [.agent(.noProgram), .notTried, .notTried])
        #expect(failure?.code == .unreachable)
        let each = try opener.openEach(stanzas, binding: Self.binding(1)) { _ in true }
        #expect(
            each.map(\.line.result) == [.agent(.noProgram), .notTried, .notTried])
    }

    @Test("A name that the service does not have fits no recipient")
    func noSuchName() throws {
        let key = try Self.provider("pkcs11:token=a") { () throws(AgentClientError) in
            throw .failed(.noSuchKey)
        }
        #expect(!Self.isMatch(key, "pkcs11", "serial:00"))
    }

    @Test("No agent is asked where a key that is here already opens the container")
    func offlineFirst() throws {
        let remote = try Self.provider("aws-kms:alias/a") { () throws(AgentClientError) in
            Issue.record("an agent was started")
            throw .noProgram
        }
        guard let secret = WrappingKey(SecretBytes(randomByteCount: 32)) else {
            preconditionFailure("32 bytes are a key")
        }
        let local = try KeyFile(name: "k", key: secret, keyID: Array("k".utf8))
        let fileKey = FileKey()
        let stanzas = [
            Stanza(type: .awsKMS, keyID: Array(Self.arn.utf8), body: [1]),
            try local.wrap(fileKey, Self.binding(1)),
        ]
        let isOpen = try StanzaOpener(providers: [remote, local]).open(
            stanzas, binding: Self.binding(1)
        ) { _ in true }
        #expect(isOpen)
    }

    @Test("An agent that ends is followed by one other, by all keys alike, and that by none")
    func successor() throws {
        let count = Mutex(0)
        let access = AgentAccess { () throws(AgentClientError) in
            let number = count.withLock { count in
                count += 1
                return count
            }
            // The greeting and two requests are answered.
            return try Self.agent(KeyFileAgentService(), endingAfter: number < 3 ? 3 : nil)
        }
        let keys = try ["test/a", "test/b"].map { name in
            try #require(
                AgentProvider(
                    AgentReference(uri: "vault:" + name), access: access, pin: Self.noPIN))
        }
        for _ in 0..<2 {
            for key in keys { _ = try? key.wrap(FileKey(), Self.binding(1)) }
        }
        #expect(count.withLock { $0 } == 2)
        #expect(throws: KeyProviderError.agent(.gone)) {
            for _ in 0..<4 { _ = try keys[0].wrap(FileKey(), Self.binding(1)) }
        }
        #expect(count.withLock { $0 } == 2)
    }

    @Test("The work that an agent left undone is done by the one after it")
    func repetition() throws {
        let count = Mutex(0)
        let key = try Self.provider("vault:test/a") { () throws(AgentClientError) in
            let isFirst = count.withLock { count in
                count += 1
                return count == 1
            }
            return try Self.agent(KeyFileAgentService(), endingAfter: isFirst ? 3 : nil)
        }
        for _ in 0..<20 { _ = try key.wrap(FileKey(), Self.binding(1)) }
        #expect(count.withLock { $0 } == 2)
    }

    @Test("A plug-in's key makes bodies of its type's form, or is not believed")
    func pluginForm() throws {
        // The agent of these tests says Transit, and makes no body of Transit's form.
        let key = try Self.provider("plugin:test/a") { () throws(AgentClientError) in
            try Self.agent(KeyFileAgentService(scheme: "plugin"))
        }
        #expect(throws: KeyProviderError.agent(.lied)) {
            _ = try key.wrap(FileKey(), Self.binding(1))
        }
        #expect(!Self.isMatch(key, "keyfile", "test/a"))
        #expect(!Self.isMatch(key, "evil", "test/a"))
    }

    @Test(
        "URIs of the agent's keys are taken, and those that say what they must not are refused",
        arguments: [
            ("aws-kms:alias/backup", nil), ("vault:transit/backup", nil),
            ("pkcs11:token=hsm;object=backup", nil),
            ("aws-kms:", KeyReferenceError.unknownScheme("aws-kms:")),
            ("vault:backup", .unknownScheme("vault:backup")),
            ("vault:a/b\nX: y", .unknownScheme("vault:a/b\nX: y")),
            ("pkcs11:token=hsm?pin-value=1234", .pinInReference),
        ] as [(String, KeyReferenceError?)])
    func references(text: String, error: KeyReferenceError?) throws {
        if let error {
            #expect(throws: error) { _ = try KeyReference(argument: text) }
        } else {
            #expect(try KeyReference(argument: text) == .agent(uri: text))
        }
    }

    private static func isMatch(
        _ key: AgentProvider, _ type: String, _ keyID: String
    ) -> Bool {
        let encoded =
            [UInt8(type.utf8.count)] + Array(type.utf8) + [0, UInt8(keyID.utf8.count)]
            + Array(keyID.utf8) + [7]
        guard
            let stanza = Stanza.inner(([0, UInt8(encoded.count)] + encoded)[...], count: 1)?.first
        else { preconditionFailure("a stanza of this form") }
        if case .no = key.match(stanza) { return false }
        return true
    }

    private static let noPIN: AgentProvider.PINSource = { (token) throws(AgentClientError) in
        throw .failed(.pinNeeded(token: token))
    }

    private static func key(_ uri: String) throws -> AgentProvider {
        try provider(uri) { () throws(AgentClientError) in try agent(KeyFileAgentService()) }
    }

    private static func provider(
        _ uri: String, _ launch: @escaping @Sendable () throws(AgentClientError) -> AgentClient
    ) throws -> AgentProvider {
        try #require(
            AgentProvider(
                AgentReference(uri: uri), access: AgentAccess(launch: launch), pin: noPIN))
    }

    /// An agent in this process with a key file in it.
    ///
    /// - Parameter count: how many requests are answered, the greeting among them.
    private static func agent(
        _ service: KeyFileAgentService, endingAfter count: Int? = nil
    ) throws(AgentClientError) -> AgentClient {
        if let count { return try endingAgent(service, after: count) }
        let ends: (LocalSocket, LocalSocket)
        do throws(SystemError) { ends = try LocalSocket.pair() } catch {
            throw .notStarted(error)
        }
        let server = AgentServer(services: AgentServices([service]))
        let there = ends.1
        _ = BlockingThread.start { server.serve(there) }
        return try AgentClient(ends.0)
    }

    private static func binding(_ byte: UInt8) -> WrapBinding {
        WrapBinding(binder: [UInt8](repeating: byte, count: 32), context: .empty)
    }

    /// Passes requests on to an agent, and ends instead of passing on one of them.
    private static func endingAgent(
        _ service: KeyFileAgentService, after count: Int
    ) throws(AgentClientError) -> AgentClient {
        let ours: (LocalSocket, LocalSocket)
        let theirs: (LocalSocket, LocalSocket)
        do throws(SystemError) {
            ours = try LocalSocket.pair()
            theirs = try LocalSocket.pair()
        } catch { throw .notStarted(error) }
        let (middle, agent, there) = (ours.1, theirs.0, theirs.1)
        let server = AgentServer(services: AgentServices([service]))
        _ = BlockingThread.start { server.serve(there) }
        _ = BlockingThread.start {
            var left = count
            while let frame = try? AgentFrame.read(from: middle), left > 0 {
                left -= 1
                guard (try? frame.write(to: agent, within: .seconds(60))) != nil,
                    let answer = try? AgentFrame.read(from: agent),
                    (try? answer.write(to: middle, within: .seconds(60))) != nil
                else { break }
            }
            middle.end()
            agent.end()
        }
        return try AgentClient(ours.0)
    }
}
