internal import OpenSSLCrypto
internal import SecretMemory

/// The one message of an HPKE context (RFC 9180) in mode_base: KDF 0x0001 (HKDF-SHA-256), AEAD
/// 0x0002 (AES-256-GCM), KEM 0x647A, sequence number 0, no associated data.
///
/// The schedule is written out here because swift-crypto's HPKE gives what it opens as `Data`, and
/// this is a file key; a test compares the two.
enum HPKEMessage {
    /// What `secret` becomes: as long, and a tag.
    static func seal(
        _ secret: RawSpan, sharedSecret: borrowing SecretBytes, info: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let context = try Context(sharedSecret: sharedSecret, info: info)
        var result = [UInt8](repeating: 0, count: secret.byteCount + AES256GCM.tagByteCount)
        var span = result.mutableSpan
        var output = unsafe span.mutableBytes
        try context.makeCipher().seal(
            secret, nonce: context.nonce, associatedData: [], into: &output)
        return result
    }

    /// - Throws: ``CryptoError/notAuthentic``
    static func open(
        _ sealed: [UInt8], sharedSecret: borrowing SecretBytes, info: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        guard sealed.count >= AES256GCM.tagByteCount else { throw .notAuthentic }
        let context = try Context(sharedSecret: sharedSecret, info: info)
        let cipher = try context.makeCipher()
        return try SecretBytes(byteCount: sealed.count - AES256GCM.tagByteCount) {
            output throws(CryptoError) in
            unsafe try cipher.open(
                sealed.span.bytes, nonce: context.nonce, associatedData: [], into: &output)
        }
    }

    /// Section 5.1, the key schedule without a pre-shared key.
    private struct Context: ~Copyable {
        let key: SecretBytes
        /// The base nonce, which is that of message 0.
        let nonce: [UInt8]

        private static let suite = Array("HPKE".utf8) + [0x64, 0x7A, 0x00, 0x01, 0x00, 0x02]
        private static let mode: [UInt8] = [0]

        init(sharedSecret: borrowing SecretBytes, info: [UInt8]) throws(CryptoError) {
            let schedule =
                Self.mode + (try Self.extract("psk_id_hash", []))
                + (try Self.extract("info_hash", info))
            // LabeledExtract(shared_secret, "secret", psk), where the pre-shared key is empty.
            let secret = try sharedSecret.withBytes { salt throws(CryptoError) in
                unsafe try HMACSHA256.secret(
                    key: salt, message: Self.labeled("secret", []).span.bytes)
            }
            let nonce = try Self.expand(
                secret, "base_nonce", schedule, byteCount: AES256GCM.nonceByteCount)
            let nonceBytes = nonce.withBytes { bytes in
                (0..<bytes.byteCount).map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }
            }
            let key = try Self.expand(secret, "key", schedule, byteCount: 32)
            self.nonce = nonceBytes
            self.key = key
        }

        func makeCipher() throws(CryptoError) -> AES256GCM {
            try key.withBytes { key throws(CryptoError) in try AES256GCM(key: key) }
        }

        private static func labeled(_ label: String, _ rest: [UInt8]) -> [UInt8] {
            Array("HPKE-v1".utf8) + suite + Array(label.utf8) + rest
        }

        /// LabeledExtract of public input without a salt.
        private static func extract(
            _ label: String, _ input: [UInt8]
        ) throws(CryptoError) -> [UInt8] {
            let none: [UInt8] = []
            return unsafe try HMACSHA256.code(key: none.span.bytes, message: labeled(label, input))
        }

        /// LabeledExpand to at most 32 bytes.
        private static func expand(
            _ secret: borrowing SecretBytes, _ label: String, _ info: [UInt8], byteCount: Int
        ) throws(CryptoError) -> SecretBytes {
            let info = [0, UInt8(byteCount)] + labeled(label, info)
            let block = try secret.withBytes { secret throws(CryptoError) in
                try HKDFSHA256.expand(pseudorandomKey: secret, info: info)
            }
            return block.prefix(byteCount: byteCount)
        }
    }
}
