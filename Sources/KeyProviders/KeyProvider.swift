package import ContainerFormat
package import KeyAgent
package import SecretMemory

/// Somebody who can wrap and unwrap the file key of a container: a key file, a passphrase, a key of
/// a key service. Which providers there are is for configuration and the command line to say,
/// never for a container.
package protocol KeyProvider: AnyObject, Sendable {
    var stanzaType: StanzaType { get }

    /// How messages name it: a path, an alias, an ARN. From local configuration, so safe to print.
    var name: String { get }

    /// A new file key of the provider's making with its stanza, or nothing if it makes none.
    func makeFileKey(_ binding: WrapBinding) throws(KeyProviderError) -> GeneratedFileKey?

    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza

    /// Whether the stanza has this provider's form and key-id, and what trying it would take.
    func match(_ stanza: Stanza) -> StanzaMatch

    /// The same without asking anybody: false only where it is certain.
    func mayMatch(_ stanza: Stanza) -> Bool

    /// Finds out what stanzas call the key, where that takes asking: ``StanzaMatch/unknown`` is no
    /// answer of ``match(_:)`` from then on.
    func identify() throws(KeyProviderError)

    /// What the stanza holds, of any length. Whether it is the file key, the commitment tells.
    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes

    /// What asking it takes; the least is asked first.
    var effort: OpeningEffort { get }

    /// Whether a stanza that it matches is wrapped by the key's newest version, as far as it knows.
    func isCurrent(_ stanza: Stanza) -> Bool

    /// Told when nothing more will be asked of it: a secret that a person typed is wiped, so that it
    /// is in no memory while the data goes through.
    func forget()
}

extension KeyProvider {
    package func mayMatch(_ stanza: Stanza) -> Bool {
        if case .no = match(stanza) { false } else { true }
    }

    package func identify() throws(KeyProviderError) {}
    package var effort: OpeningEffort { .offline }
    package func isCurrent(_ stanza: Stanza) -> Bool { false }
    package func forget() {}
}

/// What it takes to ask a provider. A container is opened with the first that is enough.
package enum OpeningEffort: Int, Comparable, Sendable {
    /// A key that is in memory already.
    case offline
    /// The keystore of this machine is opened.
    case keystore
    /// Somebody else answers, over a socket or a token's driver.
    case remote
    /// A key derivation is run, and a person may be asked.
    case passphrase

    package static func < (left: OpeningEffort, right: OpeningEffort) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A file key that a provider made, and its wrap.
package struct GeneratedFileKey: ~Copyable {
    private let fileKey: FileKey
    package let stanza: Stanza

    package init(fileKey: consuming FileKey, stanza: Stanza) {
        self.fileKey = fileKey
        self.stanza = stanza
    }

    package consuming func takeFileKey() -> FileKey { fileKey }
}

package enum StanzaMatch: Sendable {
    case no
    case yes
    /// It is a passphrase stanza: trying it runs a key derivation.
    case yesWithKeyDerivation
    /// Its key derivation costs more than is allowed here.
    case overCost
    /// It has the type, and whether it is this key's could not be found out.
    case unknown
}

/// Why a provider did not wrap or unwrap.
package enum KeyProviderError: Error, Equatable, Sendable {
    /// The key is not the one, or the stanza was changed. Passphrases say no more than this (R15).
    case notOpened
    /// The key service refused, with its own error name and message.
    case denied(service: String, message: String)
    /// The key service could not be asked.
    case unreachable(service: String)
    /// The key service has no such key: this provider cannot be meant.
    case noSuchKey
    /// The embedded key service cannot be used: see the cause.
    case keystore(EmbeddedKeyServiceError)
    /// The agent, or what it reaches, gave no answer to work with.
    case agent(AgentClientError)
    /// The library refused; no data is to blame.
    case engineFailure
}
