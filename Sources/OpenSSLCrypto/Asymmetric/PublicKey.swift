internal import COpenSSL

/// The public half of a key pair.
package struct PublicKey: ~Copyable, Sendable {
    let key: KeyObject

    package var kind: KeyKind { key.kind }

    /// Reads X.509's SubjectPublicKeyInfo, DER, and nothing behind it.
    ///
    /// - Throws: ``CryptoError/notAKey`` also for a key of another kind, or a point that is not on
    ///   its curve.
    package init(info: [UInt8]) throws(CryptoError) {
        guard OpenSSLLibrary.isStarted else { throw OpenSSLLibrary.failure("OPENSSL_init_crypto") }
        let decoded = unsafe info.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var end = bytes.baseAddress
            guard let start = bytes.baseAddress,
                let key = unsafe d2i_PUBKEY(nil, &end, bytes.count)
            else { return nil }
            guard unsafe end == start + bytes.count else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
        guard let decoded = unsafe decoded else {
            ERR_clear_error()
            throw .notAKey
        }
        let key = unsafe try KeyObject(owning: decoded)
        let context = try KeyContext(key)
        guard unsafe EVP_PKEY_public_check(context.pointer) == 1 else {
            ERR_clear_error()
            throw .notAKey
        }
        self.key = key
    }
}
