package import ContainerFormat
internal import OpenSSLCrypto
package import SecretMemory

/// A key kept in a file: 32 bytes, or their 64 hex digits, and a name by which containers know it.
package final class KeyFile: KeyProvider {
    package let stanzaType = StanzaType.keyFile
    package let name: String
    private let keyID: [UInt8]
    private let key: WrappingKey

    /// `keyID` says which key file a container means; by default it is derived from the key.
    package init(
        name: String, key: consuming WrappingKey, keyID: [UInt8]?
    ) throws(KeyProviderError) {
        self.name = name
        if let keyID, !keyID.isEmpty {
            self.keyID = keyID
        } else {
            do throws(CryptoError) {
                self.keyID = try Self.derivedKeyID(key)
            } catch { throw KeyProviderError(error) }
        }
        self.key = key
    }

    /// Lower-case hex of the first eight bytes of HMAC-SHA-256(key, "coffer/v1 keyid").
    private static func derivedKeyID(_ key: borrowing WrappingKey) throws(CryptoError) -> [UInt8] {
        let code = try key.bytes.withBytes { bytes throws(CryptoError) in
            try HMACSHA256.code(key: bytes, message: Label.keyFileName)
        }
        return code.prefix(8).flatMap { Hex.digits($0) }
    }

    package func makeFileKey(_: WrapBinding) -> GeneratedFileKey? { nil }

    package func wrap(
        _ fileKey: borrowing FileKey, _ binding: WrapBinding
    ) throws(KeyProviderError) -> Stanza {
        do throws(CryptoError) {
            let body = try fileKey.bytes.withBytes { secret throws(CryptoError) in
                try key.bytes.withBytes { key throws(CryptoError) in
                    try StanzaSeal.seal(
                        secret, under: key, label: Label.keyFileSeal, binder: binding.binder)
                }
            }
            return Stanza(type: .keyFile, keyID: keyID, body: body)
        } catch { throw KeyProviderError(error) }
    }

    package func match(_ stanza: Stanza) -> StanzaMatch {
        stanza.knownType == .keyFile && stanza.keyID == keyID
            && stanza.body.count == StanzaSeal.byteCount ? .yes : .no
    }

    package func unwrap(
        _ stanza: Stanza, _ binding: WrapBinding
    ) throws(KeyProviderError) -> SecretBytes {
        do throws(CryptoError) {
            return try key.bytes.withBytes { key throws(CryptoError) in
                try StanzaSeal.open(
                    stanza.body, under: key, label: Label.keyFileSeal, binder: binding.binder)
            }
        } catch { throw KeyProviderError(error) }
    }
}
