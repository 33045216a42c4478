/// Why the agent, or a service behind it, did not do what it was asked. No text in it holds a secret.
package enum AgentFailure: Error, Equatable, Sendable {
    /// The key is not the one, or the wrap was changed.
    case notOpened
    /// The service or token has no such key.
    case noSuchKey
    /// The service said no: its own error name and message.
    case denied(String)
    /// Not reached, throttled, sealed, token removed: trying later may help.
    case unreachable(String)
    /// The URI or the settings cannot be meant: a hint at what is wrong with them.
    case misconfigured(String)
    /// The token wants its PIN: the same call again, with it.
    case pinNeeded(token: String)
    /// The PIN was wrong; it is not tried again.
    case pinWrong(token: String)
    /// The AWS KMS API refused a ``AgentService/call(_:body:to:)``: error name and message.
    case refused(name: String, message: String?)
    /// This agent does not offer it.
    case unsupported(String)
    /// A contradiction inside the agent or a library.
    case engineFailure(String)
}
