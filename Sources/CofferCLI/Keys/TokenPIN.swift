import FileIO
import KeyAgent
import SecretMemory
import Synchronization

/// The PIN of a token: from the URI's pin-source, a descriptor, the environment, or whoever is at the
/// terminal. What came from a descriptor is kept for the token that asked first: an agent that takes
/// the place of one that ended needs it again, and a descriptor gives it once.
final class TokenPIN: Sendable {
    static let variable = "COFFER_PIN"

    private struct Given: ~Copyable {
        let token: String
        let pin: SecretBytes
    }

    private let descriptor: Int32?
    private let environment: ProcessEnvironment
    private let given = Mutex<Given?>(nil)

    init(descriptor: Int32?, environment: ProcessEnvironment) {
        self.descriptor = descriptor
        self.environment = environment
    }

    /// - Throws: ``AgentFailure/pinNeeded(token:)`` where there is none to be had.
    func read(token: String, uri: String) throws(AgentClientError) -> SecretBytes {
        do throws(FileError) {
            if let file = PINSource.file(of: uri) { return try SecretInput.passphrase(path: file) }
            if let pin = try pinOfDescriptor(for: token) { return pin }
            if let value = environment[Self.variable] {
                return unsafe SecretBytes(copying: value.span.bytes)
            }
            return try PassphrasePrompt.ask("PIN of token '\(Escaped.text(token))'")
        } catch { throw .failed(.pinNeeded(token: token)) }
    }

    /// Nothing for another token than the first.
    private func pinOfDescriptor(for token: String) throws(FileError) -> SecretBytes? {
        guard let descriptor else { return nil }
        return try given.withLock { (given) throws(FileError) -> SecretBytes? in
            if given == nil {
                given = Given(
                    token: token, pin: try SecretInput.passphrase(descriptor: descriptor))
            }
            switch given {
            case .some(let given) where given.token == token: return given.pin.duplicate()
            default: return nil
            }
        }
    }
}
