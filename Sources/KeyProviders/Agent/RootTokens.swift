package import KeyAgent
package import SecretMemory

/// The tokens that roots of keystores are on, reached through an agent. Each asks for a PIN where the
/// token wants one, and tries it once.
package struct RootTokens: Sendable {
    private let access: AgentAccess
    private let settings: @Sendable (String) throws(EmbeddedKeyServiceError) -> AgentSettings
    private let pin: @Sendable (String, String) throws(AgentClientError) -> SecretBytes

    /// - Parameter settings: which module leads to a token; throws why that may not be named where it is.
    package init(
        access: AgentAccess,
        settings:
            @escaping @Sendable (
                _ uri: String
            ) throws(EmbeddedKeyServiceError) -> AgentSettings,
        pin:
            @escaping @Sendable (
                _ token: String, _ uri: String
            ) throws(AgentClientError) -> SecretBytes
    ) {
        self.access = access
        self.settings = settings
        self.pin = pin
    }

    /// - Parameter reference: the URI of the command line, with what the keystore does not keep.
    package func open(
        _ name: RootTokenName, reference: String? = nil
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken {
        try use(name, reference ?? name.uri) { (client, root, pin) throws(AgentClientError) in
            try client.openToken(root, pin: pin)
        }
    }

    /// Makes those keys of a root that are not in the token.
    package func createKeys(
        _ name: RootTokenName, reference: String
    ) throws(EmbeddedKeyServiceError) {
        try use(name, reference) { (client, root, pin) throws(AgentClientError) in
            try client.createRootKeys(root, isolated: name.isIsolated, pin: pin)
        }
    }

    private func use<R>(
        _ name: RootTokenName, _ uri: String,
        _ body: (
            AgentClient, AgentReference, consuming SecretBytes?
        ) throws(AgentClientError) -> R
    ) throws(EmbeddedKeyServiceError) -> R {
        let root = AgentReference(uri: uri, settings: try settings(uri))
        do throws(AgentClientError) {
            let client = try access.client()
            return try access.withPIN(
                { (token) throws(AgentClientError) in try pin(token, uri) },
                { (pin) throws(AgentClientError) in try body(client, root, pin) })
        } catch { throw .token(uri: name.uri, error) }
    }
}
