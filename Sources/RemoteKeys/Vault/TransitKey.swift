internal import SecretMemory
internal import Synchronization

/// One key of Transit, asked in the way that binds what it wraps to a container.
///
/// Every request carries the binder twice: as `associated_data`, which binds under every AEAD key,
/// and as `context`, from which a derived key's own key is derived and which other keys ignore.
final class TransitKey: Sendable {
    static let keyByteCount = 32
    private static let aeadTypes: Set<String> = [
        "aes128-gcm96", "aes256-gcm96", "chacha20-poly1305", "xchacha20-poly1305",
    ]

    let name: VaultKeyName
    private let client: VaultClient
    /// Whether the key is known to exist and to bind.
    private let isUsable = Mutex(false)

    /// How messages name the service.
    var service: String { "Vault at \(client.settings.address.authority)" }

    init(name: VaultKeyName, client: VaultClient) {
        self.name = name
        self.client = client
    }

    /// A new key of 32 bytes, and its wrap.
    func makeKey(
        binder: [UInt8], deadline: ContinuousClock.Instant
    ) throws(VaultError) -> (key: SecretText, wrap: TransitCiphertext) {
        try checkKey(deadline)
        return try dataKey(binder, deadline)
    }

    func wrap(
        _ secret: borrowing SecretBytes, binder: [UInt8], deadline: ContinuousClock.Instant
    ) throws(VaultError) -> TransitCiphertext {
        // Encrypting under a name that is no key's would make a key.
        try checkKey(deadline)
        var body = SecretBuilder()
        body.append("{\"plaintext\":\"")
        Base64.append(secret, to: &body)
        body.append("\",\(Self.binding(binder))}")
        let answer = try ask("encrypt", body.finish(), deadline)
        return try Self.ciphertext(answer)
    }

    /// What is wrapped, of any length.
    func unwrap(
        _ wrap: TransitCiphertext, binder: [UInt8], deadline: ContinuousClock.Instant
    ) throws(VaultError) -> SecretBytes {
        var body = SecretBuilder()
        body.append("{\"ciphertext\":\"\(wrap.text)\",\(Self.binding(binder))}")
        let answer = try ask("decrypt", body.finish(), deadline)
        guard let secret = answer.data?["plaintext"]?.base64Secret else { throw .badAnswer }
        return secret
    }

    /// That the key exists and is an AEAD key: by its description, or where that is not allowed by
    /// trying.
    private func checkKey(_ deadline: ContinuousClock.Instant) throws(VaultError) {
        if isUsable.withLock({ $0 }) { return }
        let answer = try client.ask(
            .get, "\(name.mount)/keys/\(name.key)", deadline: deadline)
        switch answer.status {
        case 200:
            guard let type = answer.data?["type"]?.string else { throw .badAnswer }
            guard Self.aeadTypes.contains(type) else { throw .notAEAD(type: type) }
        case 403: try probe(deadline)
        case 404: throw .noSuchKey
        default: throw .refused(status: answer.status, answer.message)
        }
        isUsable.withLock { $0 = true }
    }

    /// A data key of the right binder opens, and of another one does not. `datakey` makes no key of
    /// an unknown name.
    private func probe(_ deadline: ContinuousClock.Instant) throws(VaultError) {
        let binder = [UInt8](repeating: 0, count: 32)
        let wrap: TransitCiphertext
        do throws(VaultError) {
            wrap = try dataKey(binder, deadline).wrap
        } catch {
            if case .denied = error { throw .keyUnknown }
            throw error
        }
        do throws(VaultError) {
            _ = try unwrap(
                wrap, binder: [UInt8](repeating: 1, count: 32), deadline: deadline)
        } catch {
            switch error {
            case .notAuthentic: return
            case .denied: throw .keyUnknown
            default: throw error
            }
        }
        throw .notAEAD(type: "")
    }

    private func dataKey(
        _ binder: [UInt8], _ deadline: ContinuousClock.Instant
    ) throws(VaultError) -> (key: SecretText, wrap: TransitCiphertext) {
        var body = SecretBuilder()
        body.append("{\"bits\":256,\(Self.binding(binder))}")
        let answer = try ask("datakey/plaintext", body.finish(), deadline)
        let wrap = try Self.ciphertext(answer)
        guard let secret = answer.data?["plaintext"]?.base64Secret,
            secret.byteCount == Self.keyByteCount
        else { throw .badAnswer }
        return (SecretText(secret), wrap)
    }

    private func ask(
        _ operation: String, _ body: consuming SecretBytes, _ deadline: ContinuousClock.Instant
    ) throws(VaultError) -> VaultAnswer {
        let answer = try client.ask(
            .post, "\(name.mount)/\(operation)/\(name.key)", body: SecretText(body),
            deadline: deadline)
        switch answer.status {
        case 200: return answer
        case 403: throw .denied(answer.message)
        case 404: throw .noSuchKey
        case 400: throw Self.refusal(answer.message)
        default: throw .refused(status: answer.status, answer.message)
        }
    }

    /// By the words, as Transit has one status for all that it does not do.
    private static func refusal(_ message: String) -> VaultError {
        let text = message.lowercased()
        if text.contains("key not found") { return .noSuchKey }
        if text.contains("too old") || text.contains("disallowed by policy") {
            return .versionTooOld
        }
        let bad = ["message authentication failed", "invalid ciphertext", "unable to decrypt"]
        if bad.contains(where: { text.contains($0) }) { return .notAuthentic }
        return .refused(status: 400, message)
    }

    private static func ciphertext(_ answer: VaultAnswer) throws(VaultError) -> TransitCiphertext {
        guard let text = answer.data?["ciphertext"]?.string,
            let ciphertext = TransitCiphertext(Array(text.utf8))
        else { throw .badAnswer }
        return ciphertext
    }

    private static func binding(_ binder: [UInt8]) -> String {
        let text = Base64.text(binder)
        return "\"associated_data\":\"\(text)\",\"context\":\"\(text)\""
    }
}
