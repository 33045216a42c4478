internal import COpenSSL
package import SecretMemory

extension PublicKey {
    /// - Precondition: the scheme fits the key's kind.
    /// - Throws: ``CryptoError/libraryFailure(operation:code:)`` also for more than the scheme takes.
    package func encrypt(
        _ secret: RawSpan, _ scheme: EncryptionScheme
    ) throws(CryptoError) -> [UInt8] {
        precondition(scheme.fits(kind), "encryption: the scheme is none of the key's")
        let context = try KeyContext(key)
        guard unsafe EVP_PKEY_encrypt_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_encrypt_init")
        }
        try scheme.configure(context)
        let ciphertext = unsafe secret.withUnsafeBytes { secret -> [UInt8]? in
            let secret = unsafe secret.bindMemory(to: UInt8.self)
            var count = 0
            guard
                unsafe EVP_PKEY_encrypt(
                    context.pointer, nil, &count, secret.baseAddress, secret.count) == 1
            else { return nil }
            var ciphertext = [UInt8](repeating: 0, count: count)
            guard
                unsafe EVP_PKEY_encrypt(
                    context.pointer, &ciphertext, &count, secret.baseAddress, secret.count) == 1
            else { return nil }
            return Array(ciphertext.prefix(count))
        }
        guard let ciphertext else { throw OpenSSLLibrary.failure("EVP_PKEY_encrypt") }
        return ciphertext
    }
}

extension PrivateKey {
    /// - Precondition: the scheme fits the key's kind.
    /// - Throws: ``CryptoError/notAuthentic`` whatever is wrong with the ciphertext.
    package func decrypt(
        _ ciphertext: [UInt8], _ scheme: EncryptionScheme
    ) throws(CryptoError) -> SecretBytes {
        precondition(scheme.fits(kind), "decryption: the scheme is none of the key's")
        guard scheme.isWhole(ciphertext) else { throw .notAuthentic }
        let context = try KeyContext(key)
        guard unsafe EVP_PKEY_decrypt_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_decrypt_init")
        }
        try scheme.configure(context)
        var count = 0
        guard
            unsafe EVP_PKEY_decrypt(
                context.pointer, nil, &count, ciphertext, ciphertext.count) == 1
        else {
            ERR_clear_error()
            throw .notAuthentic
        }
        let room = try SecretBytes(byteCount: count) { output throws(CryptoError) in
            let done = unsafe output.withUnsafeMutableBytes { output in
                unsafe EVP_PKEY_decrypt(
                    context.pointer, output.bindMemory(to: UInt8.self).baseAddress, &count,
                    ciphertext, ciphertext.count)
            }
            guard done == 1 else {
                ERR_clear_error()
                throw .notAuthentic
            }
        }
        return room.prefix(byteCount: count)
    }
}
