package import SecretMemory

/// HKDF with SHA-256 (RFC 5869), in its two steps.
package enum HKDFSHA256 {
    /// Section 2.2: PRK = HMAC(salt, input key material).
    package static func extract(
        salt: [UInt8], inputKeyMaterial: RawSpan
    ) throws(CryptoError) -> SecretBytes {
        unsafe try HMACSHA256.secret(key: salt.span.bytes, message: inputKeyMaterial)
    }

    /// Section 2.3 for one block: T(1) = HMAC(PRK, info ‖ 01), which is all that 32 bytes need.
    package static func expand(
        pseudorandomKey: RawSpan, info: [UInt8]
    ) throws(CryptoError) -> SecretBytes {
        let message = info + [0x01]
        return unsafe try HMACSHA256.secret(key: pseudorandomKey, message: message.span.bytes)
    }
}
