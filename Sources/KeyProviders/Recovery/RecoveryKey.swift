package import ContainerFormat
internal import OpenSSLCrypto
package import SecretMemory

/// A recovery key: its public half wraps, its secret half unwraps.
///
///     stanza mlkem768x25519: body = encapsulation[1120] ‖ secret and tag[48], by HPKE
package final class RecoveryKey: KeyProvider {
    package let stanzaType = StanzaType.recovery
    package let name: String
    private let recipient: RecoveryRecipient
    private let identity: RecoveryIdentity?

    /// Whether it can open; without, it tells its stanzas from others all the same.
    package var hasSecret: Bool { identity != nil }

    private static let bodyByteCount =
        HybridKEM.encapsulationByteCount + FileKey.byteCount + AES256GCM.tagByteCount

    /// Wraps only.
    package init(_ recipient: RecoveryRecipient, name: String? = nil) {
        self.name = name ?? "recovery:" + recipient.shortText
        self.recipient = recipient
        identity = nil
    }

    package init(_ identity: RecoveryIdentity, name: String? = nil) {
        self.name = name ?? "recovery:" + identity.recipient.shortText
        recipient = identity.recipient
        self.identity = identity
    }

    package func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        do throws(CryptoError) {
            let made = try HybridKEM.encapsulate(publicKey: recipient.publicKey)
            let sealed = try fileKey.bytes.withBytes { secret throws(CryptoError) in
                try HPKEMessage.seal(
                    secret, sharedSecret: made.sharedSecret, info: Self.info(binding))
            }
            return Stanza(
                type: .recovery, keyID: recipient.keyID, body: made.encapsulation + sealed)
        } catch { throw KeyProviderError(error) }
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        guard stanza.knownType == .recovery, stanza.body.count == Self.bodyByteCount else {
            return .no
        }
        if stanza.keyID == recipient.keyID { return .yes }
        // A stanza may hide whose it is; only trying tells.
        return stanza.keyID.isEmpty && identity != nil ? .yes : .no
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        guard let identity, stanza.body.count == Self.bodyByteCount else { throw .notOpened }
        let encapsulation = Array(stanza.body.prefix(HybridKEM.encapsulationByteCount))
        let sealed = Array(stanza.body.dropFirst(HybridKEM.encapsulationByteCount))
        do throws(CryptoError) {
            return try HPKEMessage.open(
                sealed, sharedSecret: try identity.decapsulate(encapsulation),
                info: Self.info(binding))
        } catch { throw KeyProviderError(error) }
    }

    private static func info(_ binding: WrapBinding) -> [UInt8] {
        Label.recovery + binding.binder
    }
}
