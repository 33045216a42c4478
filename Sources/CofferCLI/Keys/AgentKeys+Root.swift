import FileIO
import KeyAgent
import KeyProviders
import SecretMemory

/// Roots of keystores on tokens.
extension AgentKeys {
    /// The token that a keystore names. Which module leads there is for the configuration to say, or
    /// for the command line, whose URI is `reference` then.
    func root(
        _ name: RootTokenName, reference: String? = nil
    ) throws(EmbeddedKeyServiceError) -> RemoteAgentToken {
        try use(name, reference ?? name.uri) { (root, pin) throws(AgentClientError) in
            try access.openToken(root, pin: pin)
        }
    }

    func createRootKeys(
        _ name: RootTokenName, reference: String
    ) throws(EmbeddedKeyServiceError) {
        try use(name, reference) { (root, pin) throws(AgentClientError) in
            try access.createRootKeys(root, isolated: name.isIsolated, pin: pin)
        }
    }

    private func use<R>(
        _ name: RootTokenName, _ uri: String,
        _ body: (
            AgentReference, (String) throws(AgentClientError) -> SecretBytes
        ) throws(AgentClientError) -> R
    ) throws(EmbeddedKeyServiceError) -> R {
        let settings: AgentSettings
        do throws(FileError) { settings = try self.settings(uri) } catch {
            throw .configurationNotTrusted(error)
        }
        let pin = pin
        do throws(AgentClientError) {
            return try body(AgentReference(uri: uri, settings: settings)) {
                (token) throws(AgentClientError) in try pin.read(token: token, uri: uri)
            }
        } catch { throw .token(uri: name.uri, error) }
    }
}
