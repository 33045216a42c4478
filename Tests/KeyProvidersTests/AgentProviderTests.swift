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
    private static func agent(
        _ service: KeyFileAgentService
    ) throws(AgentClientError) -> AgentClient {
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
}
