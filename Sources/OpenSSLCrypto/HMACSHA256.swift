internal import COpenSSL
package import SecretMemory

/// HMAC-SHA-256 (RFC 2104).
package enum HMACSHA256 {
    package static let byteCount = 32

    /// The code of `message` under `key`, for the public.
    package static func code(key: RawSpan, message: [UInt8]) throws(CryptoError) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: byteCount)
        var span = result.mutableSpan
        var output = unsafe span.mutableBytes
        unsafe try compute(key: key, message: message.span.bytes, into: &output)
        return result
    }

    /// The code as a secret: a derived key.
    package static func secret(key: RawSpan, message: RawSpan) throws(CryptoError) -> SecretBytes {
        try SecretBytes(byteCount: byteCount) { output throws(CryptoError) in
            try compute(key: key, message: message, into: &output)
        }
    }

    private static func compute(
        key: RawSpan, message: RawSpan, into output: inout MutableRawSpan
    ) throws(CryptoError) {
        guard let context = unsafe EVP_MAC_CTX_dup(OpenSSLLibrary.hmacSHA256) else {
            throw OpenSSLLibrary.failure("EVP_MAC_CTX_dup")
        }
        // Frees and wipes the keyed state.
        defer { unsafe EVP_MAC_CTX_free(context) }
        let done = unsafe key.withUnsafeBytes { key in
            unsafe message.withUnsafeBytes { message in
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe compute(context: context, key: key, message: message, output: output)
                }
            }
        }
        guard done else { throw OpenSSLLibrary.failure("HMAC-SHA-256") }
    }

    private static func compute(
        context: OpaquePointer, key: UnsafeRawBufferPointer, message: UnsafeRawBufferPointer,
        output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        // A null key means "keep the old one", so an empty key is passed as one zero byte of
        // which none is read.
        var none: UInt8 = 0
        let ready = unsafe withUnsafePointer(to: &none) { none in
            unsafe EVP_MAC_init(
                context, key.bindMemory(to: UInt8.self).baseAddress ?? none, key.count, nil)
        }
        guard ready == 1 else { return false }
        guard
            unsafe message.count == 0
                || EVP_MAC_update(
                    context, message.bindMemory(to: UInt8.self).baseAddress, message.count) == 1
        else { return false }
        var written = 0
        return unsafe EVP_MAC_final(
            context, output.bindMemory(to: UInt8.self).baseAddress, &written, output.count) == 1
            && written == byteCount
    }
}
