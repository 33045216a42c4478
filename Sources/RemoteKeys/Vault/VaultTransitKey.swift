package import ContainerFormat
package import KeyAgent
package import SecretMemory

/// One key of Vault's or OpenBao's Transit.
///
///     stanza vault-transit: key-id = mount/key, body = vault:vN:…
package final class VaultTransitKey: AgentKey {
    package let stanzaType = StanzaType.vaultTransit
    package let makesFileKeys = true
    private let key: TransitKey
    private let timeout: Duration

    init(_ key: TransitKey, timeout: Duration) {
        self.key = key
        self.timeout = timeout
    }

    package var keyID: [UInt8] { Array(key.name.text.utf8) }
    package var displayName: String { "vault:" + key.name.text }

    package func makeFileKey(_ binding: WrapBinding) throws(AgentFailure) -> AgentFileKey {
        do throws(VaultError) {
            let made = try key.makeKey(binder: binding.binder, deadline: .now + timeout)
            return AgentFileKey(
                secret: made.key.secret(0..<made.key.count), body: Array(made.wrap.text.utf8))
        } catch { throw AgentFailure(error, service: key.service) }
    }

    package func wrap(
        _ secret: borrowing SecretBytes, _ binding: WrapBinding
    ) throws(AgentFailure) -> [UInt8] {
        do throws(VaultError) {
            let wrap = try key.wrap(secret, binder: binding.binder, deadline: .now + timeout)
            return Array(wrap.text.utf8)
        } catch { throw AgentFailure(error, service: key.service) }
    }

    package func unwrap(
        keyID: [UInt8], body: [UInt8], _ binding: WrapBinding
    ) throws(AgentFailure) -> SecretBytes {
        guard keyID == self.keyID, let wrap = TransitCiphertext(body) else { throw .notOpened }
        let secret: SecretBytes
        do throws(VaultError) {
            secret = try key.unwrap(wrap, binder: binding.binder, deadline: .now + timeout)
        } catch { throw AgentFailure(error, service: key.service) }
        guard secret.byteCount == TransitKey.keyByteCount else { throw .notOpened }
        return secret
    }
}
