import AgentTestSupport
import ContainerFormat
import FileIO
import KeyAgent
import SecretMemory
import Testing

/// An agent in this process, with a key file in it, at the other end of a socket.
struct ServedAgent {
    let client: AgentClient
    let service: KeyFileAgentService

    init(_ service: KeyFileAgentService = KeyFileAgentService()) throws {
        self.service = service
        let (here, there) = try LocalSocket.pair()
        let server = AgentServer(services: AgentServices([service]))
        _ = BlockingThread.start { server.serve(there) }
        client = try AgentClient(here)
    }

    func open(
        _ name: String, pin: String? = nil, timeout: Duration = .seconds(60)
    ) throws -> RemoteAgentKey {
        try client.open(Self.reference(name, timeout), pin: pin.map(secret))
    }

    static func reference(_ name: String, _ timeout: Duration = .seconds(60)) -> AgentReference {
        AgentReference(uri: "vault:test/" + name, settings: AgentSettings(timeout: timeout))
    }
}

func secret(_ text: String) -> SecretBytes {
    unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
}

func bytes(_ secret: borrowing SecretBytes) -> [UInt8] {
    secret.withBytes { unsafe $0.withUnsafeBytes { unsafe Array($0) } }
}

func binding(_ byte: UInt8) throws -> WrapBinding {
    let context = try #require(ContainerContext([("purpose", "test")]))
    return WrapBinding(binder: [UInt8](repeating: byte, count: 32), context: context)
}
