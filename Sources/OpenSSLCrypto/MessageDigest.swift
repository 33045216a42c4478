internal import COpenSSL

/// The digests of signatures, of OAEP and of HMAC.
package enum MessageDigest: String, CaseIterable, Sendable {
    case sha1 = "SHA1"
    case sha224 = "SHA2-224"
    case sha256 = "SHA2-256"
    case sha384 = "SHA2-384"
    case sha512 = "SHA2-512"
    case sm3 = "SM3"

    package var byteCount: Int {
        switch self {
        case .sha1: 20
        case .sha224: 28
        case .sha256, .sm3: 32
        case .sha384: 48
        case .sha512: 64
        }
    }

    /// The library's own, which nobody frees.
    var object: OpaquePointer? {
        switch self {
        case .sha1: unsafe EVP_sha1()
        case .sha224: unsafe EVP_sha224()
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        case .sm3: unsafe EVP_sm3()
        }
    }

    package func digest(_ bytes: RawSpan) throws(CryptoError) -> [UInt8] {
        guard OpenSSLLibrary.isStarted else { throw OpenSSLLibrary.failure("OPENSSL_init_crypto") }
        var digest = [UInt8](repeating: 0, count: byteCount)
        var count = 0
        let done = unsafe bytes.withUnsafeBytes { bytes in
            unsafe EVP_Q_digest(nil, rawValue, nil, bytes.baseAddress, bytes.count, &digest, &count)
        }
        guard done == 1, count == byteCount else { throw OpenSSLLibrary.failure("EVP_Q_digest") }
        return digest
    }
}
