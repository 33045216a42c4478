internal import COpenSSL

/// A running SHA-256.
@safe
package struct SHA256: ~Copyable {
    package static let byteCount = 32

    private let context: OpaquePointer

    package init() throws(CryptoError) {
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw OpenSSLLibrary.failure("EVP_MD_CTX_new")
        }
        guard unsafe EVP_DigestInit_ex2(context, OpenSSLLibrary.sha256, nil) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            throw OpenSSLLibrary.failure("EVP_DigestInit_ex2")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package func update(_ bytes: RawSpan) throws(CryptoError) {
        let done = unsafe bytes.withUnsafeBytes {
            unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count)
        }
        guard done == 1 else { throw OpenSSLLibrary.failure("EVP_DigestUpdate") }
    }

    package consuming func finalize() throws(CryptoError) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        var count: UInt32 = 0
        guard unsafe EVP_DigestFinal_ex(context, &digest, &count) == 1, count == 32 else {
            throw OpenSSLLibrary.failure("EVP_DigestFinal_ex")
        }
        return digest
    }

    package static func digest(_ bytes: RawSpan) throws(CryptoError) -> [UInt8] {
        let hash = try SHA256()
        try hash.update(bytes)
        return try hash.finalize()
    }

    package static func digest(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        unsafe try digest(bytes.span.bytes)
    }
}
