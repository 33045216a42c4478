package import SecretMemory

/// What the agent offers for the keys of one URI scheme: PKCS#11, the AWS KMS API, Vault Transit.
///
/// Called on threads of the agent's own, several at a time; every call may block, and ends by itself
/// within ``AgentSettings/timeout``.
package protocol AgentService: Sendable {
    /// The scheme without its colon, such as `pkcs11`.
    var scheme: String { get }

    /// Finds the key that a URI names. Called for each program that uses the agent, so sessions,
    /// connections and resolved names are worth keeping.
    ///
    /// - Parameter pin: nothing until ``AgentFailure/pinNeeded(token:)`` was thrown. A wrong one is
    ///   tried once, and its failure is ``AgentFailure/pinWrong(token:)``.
    func open(
        _ key: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentKey

    /// Opens a token as the root of a keystore, with a PIN as for a key.
    func openToken(
        _ root: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentToken

    /// Makes those keys in a token that the root of a keystore needs and that are not there: a key
    /// that wraps, and with isolation one for HMAC. They never leave the token.
    func createRootKeys(
        _ root: AgentReference, isolated: Bool, pin: consuming SecretBytes?
    ) throws(AgentFailure)

    /// One operation of the AWS KMS API with its JSON body; returns the answer's body. Never one whose
    /// body or answer holds a secret: the agent refuses those before they come here.
    func call(
        _ operation: String, body: [UInt8], to service: AgentReference
    ) throws(AgentFailure) -> [UInt8]

    /// Forgets PINs, credentials and sessions. What was opened fails from now on, or asks again.
    func lock()
}

extension AgentService {
    package func openToken(
        _: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentToken { throw .unsupported("token") }

    package func createRootKeys(
        _: AgentReference, isolated _: Bool, pin _: consuming SecretBytes?
    ) throws(AgentFailure) { throw .unsupported("token") }

    package func call(
        _ operation: String, body _: [UInt8], to _: AgentReference
    ) throws(AgentFailure) -> [UInt8] { throw .unsupported(operation) }

    package func lock() {}
}
