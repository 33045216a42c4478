package import SecretMemory

/// Sealing a secret under a key that is derived for this one message, so the nonce can be zero.
extension AES256GCM {
    private static let zeroNonce = [UInt8](repeating: 0, count: nonceByteCount)

    /// `ciphertext ‖ tag`. The key must never seal anything else.
    package static func seal(
        _ plaintext: RawSpan, underOneTimeKey key: RawSpan, associatedData: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: plaintext.byteCount + tagByteCount)
        var span = result.mutableSpan
        var output = unsafe span.mutableBytes
        try AES256GCM(key: key).seal(
            plaintext, nonce: zeroNonce, associatedData: associatedData, into: &output)
        return result
    }

    /// The secret that ``seal(_:underOneTimeKey:associatedData:)`` sealed.
    ///
    /// - Throws: ``CryptoError/notAuthentic``, also for input shorter than a tag.
    package static func open(
        _ sealed: RawSpan, underOneTimeKey key: RawSpan, associatedData: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        guard sealed.byteCount >= tagByteCount else { throw .notAuthentic }
        let cipher = try AES256GCM(key: key)
        return try SecretBytes(byteCount: sealed.byteCount - tagByteCount) {
            output throws(CryptoError) in
            try cipher.open(sealed, nonce: zeroNonce, associatedData: associatedData, into: &output)
        }
    }
}
