internal import COpenSSL

/// HMAC (RFC 2104) with any digest. ``HMACSHA256`` is the faster way to that one.
package enum HMAC {
    /// - Precondition: the key is not empty.
    package static func code(
        _ digest: MessageDigest, key: RawSpan, message: RawSpan
    ) throws(CryptoError) -> [UInt8] {
        precondition(key.byteCount > 0, "HMAC: an empty key")
        guard OpenSSLLibrary.isStarted else { throw OpenSSLLibrary.failure("OPENSSL_init_crypto") }
        var code = [UInt8](repeating: 0, count: digest.byteCount)
        var count = 0
        let result = unsafe key.withUnsafeBytes { key in
            unsafe message.withUnsafeBytes { message in
                unsafe EVP_Q_mac(
                    nil, "HMAC", nil, digest.rawValue, nil, key.baseAddress, key.count,
                    message.bindMemory(to: UInt8.self).baseAddress, message.count, &code,
                    digest.byteCount, &count)
            }
        }
        guard unsafe result != nil, count == digest.byteCount else {
            throw OpenSSLLibrary.failure("EVP_Q_mac")
        }
        return code
    }
}
