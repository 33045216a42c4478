package import KeyAgent
package import SecretMemory

/// Tokens as roots of keystores. Each asks for a PIN where the token wants one, and tries it once.
extension AgentAccess {
    package func openToken(
        _ root: AgentReference, pin: (_ token: String) throws(AgentClientError) -> SecretBytes
    ) throws(AgentClientError) -> RemoteAgentToken {
        let client = try client()
        return try withPIN(pin) { (pin) throws(AgentClientError) in
            try client.openToken(root, pin: pin)
        }
    }

    /// Makes those keys of a root that are not in the token.
    package func createRootKeys(
        _ root: AgentReference, isolated: Bool,
        pin: (_ token: String) throws(AgentClientError) -> SecretBytes
    ) throws(AgentClientError) {
        let client = try client()
        try withPIN(pin) { (pin) throws(AgentClientError) in
            try client.createRootKeys(root, isolated: isolated, pin: pin)
        }
    }
}
