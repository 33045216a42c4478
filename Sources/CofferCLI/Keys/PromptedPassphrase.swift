import ContainerFormat
import FileIO
import KeyProviders
import SecretMemory
import Synchronization

/// A passphrase that is asked for when a container has a passphrase recipient, once for the run.
final class PromptedPassphrase: KeyProvider {
    let stanzaType = StanzaType.passphrase
    let name = "passphrase"
    let effort = OpeningEffort.passphrase
    private let source: PassphraseSource?
    /// Knows the form of a passphrase stanza; its own passphrase is never used.
    private let pattern = Passphrase(SecretBytes(randomByteCount: 16))

    private enum State {
        case notAsked
        case known(Passphrase)
        case failed(Failure)
    }
    private let state = Mutex(State.notAsked)

    init(source: PassphraseSource?) { self.source = source }

    /// Why there is no passphrase, if it was needed and could not be had.
    var failure: Failure? {
        state.withLock { if case .failed(let failure) = $0 { failure } else { nil } }
    }

    func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    func match(_ stanza: Stanza) -> StanzaMatch { pattern.match(stanza) }

    func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza { try passphrase().wrap(fileKey, binding) }

    func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes { try passphrase().unwrap(stanza, binding) }

    private func passphrase() throws(KeyProviderError) -> Passphrase {
        try state.withLock { (state) throws(KeyProviderError) in
            switch state {
            case .known(let passphrase): return passphrase
            case .failed: throw .notOpened
            case .notAsked: break
            }
            do {
                let secret =
                    if let source { try source.read() } else {
                        try PassphrasePrompt.ask("Passphrase")
                    }
                let passphrase = Passphrase(secret)
                state = .known(passphrase)
                return passphrase
            } catch {
                state = .failed(Failure(explaining: error))
                throw .notOpened
            }
        }
    }
}
