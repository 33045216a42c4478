internal import KMSWire
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
        let body = JSONWriter.object { json in
            json.member("plaintext", secret: secret)
            Self.bind(binder, &json)
        }
        let answer = try ask("encrypt", body, deadline)
        return try Self.ciphertext(answer)
    }

    /// What is wrapped, of any length.
    func unwrap(
        _ wrap: TransitCiphertext, binder: [UInt8], deadline: ContinuousClock.Instant
    ) throws(VaultError) -> SecretBytes {
        let body = JSONWriter.object { json in
            json.member("ciphertext", wrap.text)
            Self.bind(binder, &json)
        }
        let answer = try ask("decrypt", body, deadline)
        return try answer.read("data") { data throws(WireError) in
            try data.secret("plaintext", 0...AWSJSON.maximumByteCount)
        }
    }

    /// That the key exists and is an AEAD key: by its description, or where that is not allowed by
    /// trying.
    private func checkKey(_ deadline: ContinuousClock.Instant) throws(VaultError) {
        if isUsable.withLock({ $0 }) { return }
        let answer = try client.ask(
            .get, "\(name.mount)/keys/\(name.key)", deadline: deadline)
        switch answer.status {
        case 200:
            let type = try answer.read("data") { data throws(WireError) in try data.text("type") }
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
        let body = JSONWriter.object { json in
            json.member("bits", 8 * Self.keyByteCount)
            Self.bind(binder, &json)
        }
        let answer = try ask("datakey/plaintext", body, deadline)
        let wrap = try Self.ciphertext(answer)
        let secret = try answer.read("data") { data throws(WireError) in
            try data.secret("plaintext", Self.keyByteCount...Self.keyByteCount)
        }
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
        let text = try answer.read("data") { data throws(WireError) in
            try data.text("ciphertext")
        }
        guard let ciphertext = TransitCiphertext(Array(text.utf8)) else { throw .badAnswer }
        return ciphertext
    }

    private static func bind(_ binder: [UInt8], _ json: inout JSONWriter) {
        json.member("associated_data", blob: binder)
        json.member("context", blob: binder)
    }
}
