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
            if let file = Self.source(uri) { return try SecretInput.passphrase(path: file) }
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

    /// The file of a `pin-source` attribute (RFC 7512: a path or a file URI). A command to be run,
    /// which some write as `|command`, is taken for a path.
    static func source(_ uri: String) -> FilePath? {
        let attributes = uri.split(whereSeparator: { ":;?&".contains($0) })
        let name = "pin-source="
        guard let start = attributes.firstIndex(where: { $0.hasPrefix(name) }) else { return nil }
        // The colon of `file:` parted it.
        var value = String(attributes[start].dropFirst(name.utf8.count))
        if value == "file", start + 1 < attributes.count { value = String(attributes[start + 1]) }
        var bytes = decode(Array(value.utf8))
        if bytes.starts(with: "file:".utf8) { bytes.removeFirst(5) }
        if bytes.starts(with: "///".utf8) { bytes.removeFirst(2) }
        return FilePath(bytes: bytes)
    }

    private static func decode(_ text: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            let digits = text[index...].dropFirst().prefix(2)
            if text[index] == UInt8(ascii: "%"), digits.count == 2,
                let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return bytes
    }
}
