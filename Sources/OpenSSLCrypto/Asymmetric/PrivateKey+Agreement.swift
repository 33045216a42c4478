internal import COpenSSL
package import SecretMemory

extension PrivateKey {
    /// ECDH: the x coordinate of the common point, as long as the field's elements.
    ///
    /// - Throws: ``CryptoError/notAKey`` for a public key of another curve.
    package func sharedSecret(
        with publicKey: borrowing PublicKey
    ) throws(CryptoError) -> SecretBytes {
        guard kind.groupName != nil, publicKey.kind == kind else { throw .notAKey }
        let context = try KeyContext(key)
        guard unsafe EVP_PKEY_derive_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_derive_init")
        }
        guard unsafe EVP_PKEY_derive_set_peer(context.pointer, publicKey.key.pointer) == 1 else {
            ERR_clear_error()
            throw .notAKey
        }
        var count = 0
        guard unsafe EVP_PKEY_derive(context.pointer, nil, &count) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_derive")
        }
        return try SecretBytes(byteCount: count) { output throws(CryptoError) in
            let expected = count
            let done = unsafe output.withUnsafeMutableBytes { output in
                unsafe EVP_PKEY_derive(
                    context.pointer, output.bindMemory(to: UInt8.self).baseAddress, &count)
            }
            guard done == 1, count == expected else {
                throw OpenSSLLibrary.failure("EVP_PKEY_derive")
            }
        }
    }
}
