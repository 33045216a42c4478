internal import COpenSSL
package import SecretMemory

/// The private half of a key pair, and with it the public one.
package struct PrivateKey: ~Copyable, Sendable {
    let key: KeyObject

    package var kind: KeyKind { key.kind }

    package init(generating kind: KeyKind) throws(CryptoError) {
        key = try KeyObject(generating: kind)
    }

    /// Reads PKCS#8's PrivateKeyInfo, DER, and nothing behind it.
    ///
    /// A key that is not one's own is asked whether it ``isSound()``, too.
    ///
    /// - Throws: ``CryptoError/notAKey`` also for a key of another kind.
    package init(pkcs8: RawSpan) throws(CryptoError) {
        guard OpenSSLLibrary.isStarted else { throw OpenSSLLibrary.failure("OPENSSL_init_crypto") }
        let decoded = unsafe pkcs8.withUnsafeBytes { bytes -> OpaquePointer? in
            guard let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress else {
                return nil
            }
            var end: UnsafePointer<UInt8>? = unsafe start
            guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &end, bytes.count) else {
                return nil
            }
            // Wipes the octets of the key.
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
            guard unsafe end == start + bytes.count else { return nil }
            return unsafe EVP_PKCS82PKEY(info)
        }
        guard let decoded = unsafe decoded else {
            ERR_clear_error()
            throw .notAKey
        }
        key = unsafe try KeyObject(owning: decoded)
    }

    /// Whether the halves belong together and an RSA key's factors are primes; takes as long as some
    /// signatures.
    package func isSound() throws(CryptoError) -> Bool {
        let context = try KeyContext(key)
        let result = unsafe EVP_PKEY_pairwise_check(context.pointer)
        ERR_clear_error()
        return result == 1
    }

    /// PKCS#8's PrivateKeyInfo, DER.
    package func pkcs8() throws(CryptoError) -> SecretBytes {
        guard let info = unsafe EVP_PKEY2PKCS8(key.pointer) else {
            throw OpenSSLLibrary.failure("EVP_PKEY2PKCS8")
        }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, nil)
        guard count > 0 else { throw OpenSSLLibrary.failure("i2d_PKCS8_PRIV_KEY_INFO") }
        return try SecretBytes(byteCount: Int(count)) { output throws(CryptoError) in
            let written = unsafe output.withUnsafeMutableBytes { output in
                var end = unsafe output.bindMemory(to: UInt8.self).baseAddress
                return unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &end)
            }
            guard written == count else {
                throw OpenSSLLibrary.failure("i2d_PKCS8_PRIV_KEY_INFO")
            }
        }
    }

    /// X.509's SubjectPublicKeyInfo, DER, of the public half.
    package func publicKeyInfo() throws(CryptoError) -> [UInt8] { try key.publicKeyInfo() }
}
