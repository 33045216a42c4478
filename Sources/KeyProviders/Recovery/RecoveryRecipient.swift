internal import OpenSSLCrypto
internal import SecretMemory

/// The public half of a recovery key: whoever has it can encrypt to the sheet in the safe.
///
///     age1pq1…      Bech32 of the 1,216 bytes, as `age-keygen -pq` writes them
package struct RecoveryRecipient: Hashable, Sendable {
    package static let prefix = "age1pq"
    static let keyIDByteCount = 4

    let publicKey: [UInt8]
    /// By which stanzas name it: the first bytes of SHA-256(public key).
    package let keyID: [UInt8]

    /// Upper or lower case, without anything around it.
    package init(text: [UInt8]) throws(RecoveryTextError) {
        let bytes = unsafe try Bech32.decode(text.span.bytes, prefix: Self.prefix)
        guard bytes.byteCount == HybridKEM.publicKeyByteCount else { throw .otherLength }
        let publicKey = bytes.withBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        do throws(CryptoError) {
            // ML-KEM checks a key when it is used.
            _ = try HybridKEM.encapsulate(publicKey: publicKey)
            try self.init(publicKey: publicKey)
        } catch { throw .noPublicKey }
    }

    init(publicKey: [UInt8]) throws(CryptoError) {
        self.publicKey = publicKey
        keyID = Array(try SHA256.digest(publicKey).prefix(Self.keyIDByteCount))
    }

    package var text: String {
        let text = unsafe Bech32.encode(publicKey.span.bytes, prefix: Self.prefix)
        return text.withBytes { bytes in
            unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Enough of the text to tell one from another.
    package var shortText: String {
        let text = text
        return "\(text.prefix(15))…\(text.suffix(6))"
    }
}
