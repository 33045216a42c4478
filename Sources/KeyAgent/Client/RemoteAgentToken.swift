package import SecretMemory

/// A token that an agent has open as the root of a keystore.
package final class RemoteAgentToken: Sendable {
    private let client: AgentClient
    private let handle: UInt32
    private let opened: AgentAnswer.OpenedToken
    private let timeout: Duration

    init(
        _ client: AgentClient, _ handle: UInt32, _ opened: AgentAnswer.OpenedToken,
        timeout: Duration
    ) {
        self.client = client
        self.handle = handle
        self.opened = opened
        self.timeout = timeout
    }

    package var displayName: String { opened.displayName }
    package var identity: [UInt8] { opened.identity }

    package func sealRoot(
        _ root: borrowing SecretBytes
    ) throws(AgentClientError) -> [UInt8] {
        try client.bytes(.sealRoot(token: handle), secret: root.duplicate(), within: timeout)
    }

    package func unsealRoot(_ sealed: [UInt8]) throws(AgentClientError) -> SecretBytes {
        try client.secret(.unsealRoot(token: handle, sealed: sealed), within: timeout)
    }

    package func derive(info: [UInt8]) throws(AgentClientError) -> SecretBytes {
        try client.secret(.derive(token: handle, info: info), within: timeout)
    }

    package func generateMaterial(for row: MaterialRow) throws(AgentClientError) -> [UInt8] {
        try client.bytes(.generateMaterial(token: handle, row), within: timeout)
    }

    package func openMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentClientError) -> RemoteAgentMaterial {
        let answer = try client.ask(
            .openMaterial(token: handle, row, sealed: sealed), within: timeout
        ).answer
        guard case .material(let handle) = answer else { throw client.lie() }
        return RemoteAgentMaterial(client, handle, timeout: timeout)
    }

    package func importMaterial(
        _ material: borrowing SecretBytes, for row: MaterialRow
    ) throws(AgentClientError) -> [UInt8] {
        try client.bytes(
            .importMaterial(token: handle, row), secret: material.duplicate(), within: timeout)
    }

    package func exportMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentClientError) -> SecretBytes {
        try client.secret(.exportMaterial(token: handle, row, sealed: sealed), within: timeout)
    }
}

/// Material that is open in a token; the agent lets go of it with this.
package final class RemoteAgentMaterial: Sendable {
    private let client: AgentClient
    private let handle: UInt32
    private let timeout: Duration

    init(_ client: AgentClient, _ handle: UInt32, timeout: Duration) {
        self.client = client
        self.handle = handle
        self.timeout = timeout
    }

    deinit {
        // An agent that is gone has let go of it.
        try? client.done(.close(handle), within: timeout)
    }

    package func deriveKey(info: [UInt8]) throws(AgentClientError) -> SecretBytes {
        try client.secret(.deriveKey(material: handle, info: info), within: timeout)
    }
}
