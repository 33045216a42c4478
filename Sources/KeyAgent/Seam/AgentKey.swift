package import ContainerFormat
package import SecretMemory

/// A key that wraps and unwraps file keys: in a token, or of a service across the network.
///
/// Used by several threads at a time; every call may block.
package protocol AgentKey: AnyObject, Sendable {
    var stanzaType: StanzaType { get }

    /// What stanzas of this key say it is (container-v1, 6.3): an ARN, `mount/key`, `serial:id`.
    var keyID: [UInt8] { get }

    /// How messages name it; from local configuration and the service, never from a container.
    var displayName: String { get }

    /// Whether ``makeFileKey(_:)`` is to be used where it can be.
    var makesFileKeys: Bool { get }

    /// A new file key of the service's making, and the stanza body that wraps it. Called only if
    /// ``makesFileKeys``.
    func makeFileKey(_ binding: WrapBinding) throws(AgentFailure) -> AgentFileKey

    /// The stanza body that wraps `secret`: 32 bytes, a file key or a share of one.
    func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentFailure) -> [UInt8]

    /// What a stanza body holds. `keyID` is the stanza's, which may be another than this key's where
    /// one key has several (multi-Region keys); both it and `body` come from the container: anything
    /// wrong with them is ``AgentFailure/notOpened``. The key to be used is this one all the same.
    func unwrap(
        keyID: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentFailure) -> SecretBytes
}

extension AgentKey {
    package var makesFileKeys: Bool { false }

    package func makeFileKey(_: WrapBinding) throws(AgentFailure) -> AgentFileKey {
        throw .unsupported("generate")
    }
}

/// A file key that a service made, and its wrap.
package struct AgentFileKey: ~Copyable {
    package let secret: SecretBytes
    package let body: [UInt8]

    package init(secret: consuming SecretBytes, body: [UInt8]) {
        self.secret = secret
        self.body = body
    }
}
