package import FileIO
package import SecretMemory

/// An agent that answers. Several threads may ask at once; a started agent ends with this.
package final class AgentClient: Sendable {
    /// What an answer may take beyond the time that the agent was given.
    private static let grace = Duration.seconds(2)

    private let connection: AgentConnection
    private let program: ChildProgram?

    /// Greets the agent at the other end of `socket`.
    ///
    /// - Parameter program: the agent that was started for this client alone.
    package init(
        _ socket: LocalSocket, program: ChildProgram? = nil, timeout: Duration = .seconds(5)
    ) throws(AgentClientError) {
        connection = AgentConnection(socket)
        self.program = program
        do throws(AgentClientError) {
            let answer = try ask(.hello(version: AgentRequest.version), within: timeout).answer
            guard case .hello(AgentRequest.version) = answer else { throw .lied }
        } catch {
            connection.end()
            if case .failed(.unsupported) = error { throw .version }
            throw error
        }
    }

    deinit { connection.end() }

    package func open(
        _ reference: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentClientError) -> RemoteAgentKey {
        let timeout = reference.settings.timeout + Self.grace
        let answer = try ask(.open(reference), secret: pin, within: timeout).answer
        guard case .key(let handle, let opened) = answer else { throw lie() }
        return RemoteAgentKey(self, handle, opened, timeout: timeout)
    }

    package func openToken(
        _ reference: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentClientError) -> RemoteAgentToken {
        let timeout = reference.settings.timeout + Self.grace
        let answer = try ask(.openToken(reference), secret: pin, within: timeout).answer
        guard case .token(let handle, let opened) = answer else { throw lie() }
        return RemoteAgentToken(self, handle, opened, timeout: timeout)
    }

    /// Makes what keys of a root are missing in a token.
    package func createRootKeys(
        _ reference: AgentReference, isolated: Bool, pin: consuming SecretBytes?
    ) throws(AgentClientError) {
        try done(
            .createRootKeys(reference, isolated: isolated), secret: pin,
            within: reference.settings.timeout + Self.grace)
    }

    /// One operation of the AWS KMS API; its own refusal is ``AgentFailure/refused(name:message:)``.
    package func call(
        _ operation: String, body: [UInt8], to service: AgentReference
    ) throws(AgentClientError) -> [UInt8] {
        try bytes(
            .call(service, operation: operation, body: body),
            within: service.settings.timeout + Self.grace)
    }

    package func status() throws(AgentClientError) -> AgentStatus {
        let answer = try ask(.status, within: .seconds(5)).answer
        guard case .status(let status) = answer else { throw lie() }
        return status
    }

    package func lock() throws(AgentClientError) { try done(.lock, within: .seconds(30)) }

    package func stop() throws(AgentClientError) { try done(.stop, within: .seconds(30)) }

    // What the opened keys and tokens ask with.

    struct Answered: ~Copyable {
        let answer: AgentAnswer
        var secret: SecretBytes?
    }

    /// - Throws: ``AgentClientError/failed(_:)`` for an answer that is a failure.
    func ask(
        _ request: AgentRequest, secret: consuming SecretBytes? = nil, within timeout: Duration
    ) throws(AgentClientError) -> Answered {
        var frame = try connection.ask(
            kind: request.kind, fields: request.fields, secret: secret, within: timeout)
        guard let answer = AgentAnswer(kind: frame.kind, fields: frame.fields) else {
            throw lie()
        }
        if case .failed(let failure) = answer { throw .failed(failure) }
        return Answered(answer: answer, secret: frame.secret.take())
    }

    func bytes(
        _ request: AgentRequest, secret: consuming SecretBytes? = nil, within timeout: Duration
    ) throws(AgentClientError) -> [UInt8] {
        let answer = try ask(request, secret: secret, within: timeout).answer
        guard case .bytes(let bytes) = answer else { throw lie() }
        return bytes
    }

    func secret(
        _ request: AgentRequest, within timeout: Duration
    ) throws(AgentClientError) -> SecretBytes {
        var answered = try ask(request, within: timeout)
        guard case .done = answered.answer, let secret = answered.secret.take() else {
            throw lie()
        }
        return secret
    }

    func done(
        _ request: AgentRequest, secret: consuming SecretBytes? = nil, within timeout: Duration
    ) throws(AgentClientError) {
        guard case .done = try ask(request, secret: secret, within: timeout).answer else {
            throw lie()
        }
    }

    /// An agent that answers something else once is not believed again.
    func lie() -> AgentClientError {
        connection.end(.lied)
        return .lied
    }
}
