internal import COpenSSL
package import SecretMemory

/// AES key wrap with padding (RFC 5649), under a key of 16, 24 or 32 bytes.
package enum AESKeyWrap {
    package static func wrap(
        _ secret: RawSpan, under key: RawSpan
    ) throws(CryptoError) -> [UInt8] {
        var wrapped = [UInt8](repeating: 0, count: (secret.byteCount + 7) / 8 * 8 + 8)
        var span = wrapped.mutableSpan
        var output = unsafe span.mutableBytes
        let count = try transform(secret, under: key, isWrapping: true, into: &output)
        guard count == wrapped.count else { throw OpenSSLLibrary.failure("AES key wrap") }
        return wrapped
    }

    /// - Throws: ``CryptoError/notAuthentic`` whatever is wrong with what is wrapped.
    package static func unwrap(
        _ wrapped: [UInt8], under key: RawSpan
    ) throws(CryptoError) -> SecretBytes {
        // Two blocks of half the cipher's at the least.
        guard wrapped.count >= 16, wrapped.count.isMultiple(of: 8) else { throw .notAuthentic }
        var count: Int?
        let room = try SecretBytes(byteCount: wrapped.count) { output throws(CryptoError) in
            count = unsafe try transform(
                wrapped.span.bytes, under: key, isWrapping: false, into: &output)
        }
        guard let count else {
            ERR_clear_error()
            throw .notAuthentic
        }
        return room.prefix(byteCount: count)
    }

    /// How many bytes were written; nothing if the input is none that this key wrapped.
    private static func transform(
        _ input: RawSpan, under key: RawSpan, isWrapping: Bool, into output: inout MutableRawSpan
    ) throws(CryptoError) -> Int? {
        precondition([16, 24, 32].contains(key.byteCount), "AES key wrap: the key's length")
        guard OpenSSLLibrary.isStarted,
            let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-\(key.byteCount * 8)-WRAP-PAD", nil)
        else { throw OpenSSLLibrary.failure("EVP_CIPHER_fetch") }
        defer { unsafe EVP_CIPHER_free(cipher) }
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            throw OpenSSLLibrary.failure("EVP_CIPHER_CTX_new")
        }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        unsafe EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW)
        let accepted = unsafe key.withUnsafeBytes { key in
            unsafe EVP_CipherInit_ex2(
                context, cipher, key.bindMemory(to: UInt8.self).baseAddress, nil,
                isWrapping ? 1 : 0, nil)
        }
        guard accepted == 1 else { throw OpenSSLLibrary.failure("EVP_CipherInit_ex2") }
        return unsafe input.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output -> Int? in
                let start = unsafe output.bindMemory(to: UInt8.self).baseAddress
                var (count, rest): (Int32, Int32) = (0, 0)
                guard
                    unsafe EVP_CipherUpdate(
                        context, start, &count, input.bindMemory(to: UInt8.self).baseAddress,
                        Int32(input.count)) == 1,
                    unsafe EVP_CipherFinal_ex(context, start.map { unsafe $0 + Int(count) }, &rest)
                        == 1
                else { return nil }
                return Int(count + rest)
            }
        }
    }
}
