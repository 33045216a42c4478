package import ContainerFormat
package import SecretMemory

/// A key that an agent has open.
package final class RemoteAgentKey: Sendable {
    private let client: AgentClient
    private let handle: UInt32
    private let opened: AgentAnswer.OpenedKey
    private let timeout: Duration

    init(
        _ client: AgentClient, _ handle: UInt32, _ opened: AgentAnswer.OpenedKey,
        timeout: Duration
    ) {
        self.client = client
        self.handle = handle
        self.opened = opened
        self.timeout = timeout
    }

    package var stanzaType: String { opened.stanzaType }
    package var keyID: [UInt8] { opened.keyID }
    package var displayName: String { opened.displayName }
    package var makesFileKeys: Bool { opened.makesFileKeys }

    package func makeFileKey(_ binding: WrapBinding) throws(AgentClientError) -> AgentFileKey {
        var answered = try client.ask(.generate(key: handle, binding), within: timeout)
        guard case .bytes(let body) = answered.answer, let secret = answered.secret.take() else {
            throw client.lie()
        }
        return AgentFileKey(secret: secret, body: body)
    }

    package func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentClientError) -> [UInt8] {
        try client.bytes(
            .wrap(key: handle, binding), secret: secret.duplicate(), within: timeout)
    }

    package func unwrap(
        keyID: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentClientError) -> SecretBytes {
        try client.secret(
            .unwrap(key: handle, keyID: keyID, body: body, binding), within: timeout)
    }
}
