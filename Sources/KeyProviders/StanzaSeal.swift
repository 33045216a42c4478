internal import ContainerFormat
internal import OpenSSLCrypto
internal import SecretMemory

/// The one primitive that seals 32 secret bytes for a stanza (container-v1, 6.2).
///
///     SEAL(K, label, b, P) = s16 ‖ AES-256-GCM(HKDF(salt = b ‖ s16, IKM = K, info = label), 0, P, AAD = b)
///
/// The salt is fresh each time, so no derived key ever seals two secrets.
enum StanzaSeal {
    static let saltByteCount = 16
    /// Salt, 32 bytes of secret, tag.
    static let byteCount = saltByteCount + 32 + AES256GCM.tagByteCount

    static func seal(
        _ secret: RawSpan, under key: RawSpan, label: [UInt8], binder: [UInt8],
        salt: [UInt8] = SystemRandom.bytes(count: saltByteCount)
    ) throws(CryptoError) -> [UInt8] {
        let derived = try derive(key: key, label: label, binder: binder, salt: salt)
        return try derived.withBytes { derived throws(CryptoError) in
            salt
                + (try AES256GCM.seal(secret, underOneTimeKey: derived, associatedData: binder))
        }
    }

    /// - Throws: ``CryptoError/notAuthentic``
    static func open(
        _ sealed: [UInt8], under key: RawSpan, label: [UInt8], binder: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        guard sealed.count == byteCount else { throw .notAuthentic }
        let salt = Array(sealed.prefix(saltByteCount))
        let body = Array(sealed.dropFirst(saltByteCount))
        let derived = try derive(key: key, label: label, binder: binder, salt: salt)
        return try derived.withBytes { derived throws(CryptoError) in
            unsafe try AES256GCM.open(
                body.span.bytes, underOneTimeKey: derived, associatedData: binder)
        }
    }

    private static func derive(
        key: RawSpan, label: [UInt8], binder: [UInt8], salt: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        let pseudorandomKey = try HKDFSHA256.extract(salt: binder + salt, inputKeyMaterial: key)
        return try pseudorandomKey.withBytes { prk throws(CryptoError) in
            try HKDFSHA256.expand(pseudorandomKey: prk, info: label)
        }
    }
}

extension KeyProviderError {
    init(_ error: CryptoError) {
        switch error {
        case .notAuthentic: self = .notOpened
        case .notAKey, .libraryFailure: self = .engineFailure
        }
    }
}
