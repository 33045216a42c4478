internal import ContainerFormat
package import KeyAgent
internal import OpenSSLCrypto
package import SecretMemory
internal import Synchronization

/// In place of PKCS#11, AWS and Vault: keys that lie in this process and pass for Transit's.
///
/// `vault:test/NAME` is the key NAME, which is its name's HMAC under a constant. `vault:test/pin-NAME`
/// wants the PIN 1234.
package final class KeyFileAgentService: AgentService {
    package let scheme: String

    private struct State {
        var pinAttempts = 0
        var lockCount = 0
        var isUnlocked = false
    }
    private let state = Mutex(State())
    private let beforeUse: @Sendable () -> Void

    /// - Parameter beforeUse: called in each wrap and unwrap.
    package init(scheme: String = "vault", beforeUse: @escaping @Sendable () -> Void = {}) {
        self.scheme = scheme
        self.beforeUse = beforeUse
    }

    package var pinAttempts: Int { state.withLock { $0.pinAttempts } }
    package var lockCount: Int { state.withLock { $0.lockCount } }

    package func open(
        _ key: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentKey {
        guard key.name.hasPrefix("test/") else { throw .noSuchKey }
        if key.name.hasPrefix("test/denied") { throw .denied("permission denied") }
        if key.name.hasPrefix("test/odd") { throw .misconfigured("an odd key") }
        if key.name.hasPrefix("test/away") { throw .unreachable("connection refused") }
        if key.name.hasPrefix("test/pin-") { try unlock(pin) }
        return KeyFileAgentKey(name: key.name, beforeUse: beforeUse)
    }

    private func unlock(_ pin: consuming SecretBytes?) throws(AgentFailure) {
        if state.withLock({ $0.isUnlocked }) { return }
        guard let pin else { throw .pinNeeded(token: "test token") }
        state.withLock { $0.pinAttempts += 1 }
        let isRight = pin.withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe Array($0) == Array("1234".utf8) }
        }
        guard isRight else { throw .pinWrong(token: "test token") }
        state.withLock { $0.isUnlocked = true }
    }

    package func openToken(
        _ root: AgentReference, pin _: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentToken {
        guard root.name.hasPrefix("test/") else { throw .noSuchKey }
        return KeyFileAgentToken(KeyFileAgentKey(name: root.name, beforeUse: beforeUse))
    }

    package func call(
        _ operation: String, body: [UInt8], to _: AgentReference
    ) throws(AgentFailure) -> [UInt8] {
        if operation == "DescribeKey" {
            throw .refused(name: "NotFoundException", message: "no such key")
        }
        return Array("{\"\(operation)\":".utf8) + body + Array("}".utf8)
    }

    package func lock() {
        state.withLock { state in
            state.lockCount += 1
            state.isUnlocked = false
        }
    }
}

final class KeyFileAgentKey: AgentKey {
    let stanzaType = StanzaType.vaultTransit
    let keyID: [UInt8]
    let makesFileKeys: Bool
    var displayName: String { "test key" }
    private let key: SecretBytes
    private let beforeUse: @Sendable () -> Void

    init(name: String, beforeUse: @escaping @Sendable () -> Void) {
        keyID = Array(name.utf8)
        makesFileKeys = name.hasSuffix("generating")
        key = Self.derive(SecretBytes(byteCount: 32) { _ in }, keyID)
        self.beforeUse = beforeUse
    }

    fileprivate static func derive(_ key: borrowing SecretBytes, _ info: [UInt8]) -> SecretBytes {
        do throws(CryptoError) {
            return try key.withBytes { (key) throws(CryptoError) in
                unsafe try HMACSHA256.secret(key: key, message: info.span.bytes)
            }
        } catch { preconditionFailure("test key: no HMAC") }
    }

    fileprivate func derive(_ info: [UInt8]) -> SecretBytes { Self.derive(key, info) }

    func makeFileKey(_ binding: WrapBinding) throws(AgentFailure) -> AgentFileKey {
        let secret = SecretBytes(randomByteCount: 32)
        return AgentFileKey(secret: secret.duplicate(), body: try wrap(secret, binding))
    }

    func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentFailure) -> [UInt8] {
        beforeUse()
        let salt = SystemRandom.bytes(count: 16)
        let once = Self.derive(key, salt)
        do throws(CryptoError) {
            return salt
                + (try once.withBytes { (once) throws(CryptoError) in
                    try secret.withBytes { (secret) throws(CryptoError) in
                        try AES256GCM.seal(
                            secret, underOneTimeKey: once, associatedData: binding.binder)
                    }
                })
        } catch { throw .engineFailure("seal") }
    }

    func unwrap(
        keyID _: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentFailure) -> SecretBytes {
        beforeUse()
        let once = Self.derive(key, Array(body.prefix(16)))
        let sealed = Array(body.dropFirst(16))
        do throws(CryptoError) {
            return try once.withBytes { (once) throws(CryptoError) in
                unsafe try AES256GCM.open(
                    sealed.span.bytes, underOneTimeKey: once, associatedData: binding.binder)
            }
        } catch { throw .notOpened }
    }
}

/// A name that ends in `sealing` is of one that cannot isolate.
final class KeyFileAgentToken: AgentToken {
    let displayName = "test token"
    var identity: [UInt8] { key.keyID }
    private let key: KeyFileAgentKey

    init(_ key: KeyFileAgentKey) { self.key = key }

    private let binding = WrapBinding(binder: [UInt8](repeating: 0, count: 32), context: .empty)

    func sealRoot(_ root: borrowing SecretBytes) throws(AgentFailure) -> [UInt8] {
        try key.wrap(root, binding)
    }

    func unsealRoot(_ sealed: [UInt8]) throws(AgentFailure) -> SecretBytes {
        try key.unwrap(keyID: [], body: sealed, binding)
    }

    func derive(info: [UInt8]) throws(AgentFailure) -> SecretBytes {
        try requireIsolation()
        return key.derive(info + [0x01])
    }

    private func requireIsolation() throws(AgentFailure) {
        guard !key.keyID.reversed().starts(with: "sealing".utf8.reversed()) else {
            throw .unsupported("isolation")
        }
    }

    func generateMaterial(for row: MaterialRow) throws(AgentFailure) -> [UInt8] {
        try importMaterial(SecretBytes(randomByteCount: 32), for: row)
    }

    func openMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> any AgentMaterial {
        KeyFileAgentMaterial(try exportMaterial(sealed, of: row))
    }

    func importMaterial(
        _ material: borrowing SecretBytes, for row: MaterialRow
    ) throws(AgentFailure) -> [UInt8] { try key.wrap(material, binding(row)) }

    func exportMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> SecretBytes {
        try key.unwrap(keyID: [], body: sealed, binding(row))
    }

    private func binding(_ row: MaterialRow) -> WrapBinding {
        let binder = key.derive(row.key + row.version + row.purpose).withBytes { bytes in
            bytes.byteOffsets.map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        return WrapBinding(binder: binder, context: .empty)
    }
}

final class KeyFileAgentMaterial: AgentMaterial {
    private let material: SecretBytes

    init(_ material: consuming SecretBytes) { self.material = material }

    func deriveKey(info: [UInt8]) -> SecretBytes {
        KeyFileAgentKey.derive(material, info + [0x01])
    }
}
