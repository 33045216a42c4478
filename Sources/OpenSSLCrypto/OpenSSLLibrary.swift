internal import COpenSSL

/// The library itself: its version, its algorithms fetched once, and its error queue.
package enum OpenSSLLibrary {
    /// The version in use as OpenSSL numbers it, 0xMNN00PP0.
    package static var versionNumber: UInt { UInt(OpenSSL_version_num()) }

    /// OpenSSL 3.1 brought the VAES path for AES-GCM: four times the speed where the CPU has it.
    package static var hasVectorAES: Bool { versionNumber >= 0x3010_0000 }

    /// The oldest queued error, with the queue emptied: a later call must not report this one.
    static func failure(_ operation: String) -> CryptoError {
        let code = ERR_get_error()
        ERR_clear_error()
        return .libraryFailure(operation: operation, code: UInt(code))
    }

    /// Starts the library without openssl.cnf, which could name other providers for it to load, and
    /// without the tables of names and messages that nothing here uses: two milliseconds of a start.
    static let isStarted =
        OPENSSL_init_crypto(
            UInt64(
                OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS
                    | OPENSSL_INIT_NO_ADD_ALL_CIPHERS | OPENSSL_INIT_NO_ADD_ALL_DIGESTS
                    | OPENSSL_INIT_NO_ATEXIT), nil) == 1

    // Fetching by name takes a lock and a search, so it is done once. The objects are immutable.
    nonisolated(unsafe) static let aes256GCM =
        unsafe isStarted ? EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) : nil
    nonisolated(unsafe) static let sha256 =
        unsafe isStarted ? EVP_MD_fetch(nil, "SHA2-256", nil) : nil
    private nonisolated(unsafe) static let hmac =
        unsafe isStarted ? EVP_MAC_fetch(nil, "HMAC", nil) : nil

    /// HMAC told to use SHA-256 and nothing else: each computation duplicates it and sets its key,
    /// which saves the digest's lookup by name, half the time of a short message.
    nonisolated(unsafe) static let hmacSHA256: OpaquePointer? = {
        guard let context = unsafe EVP_MAC_CTX_new(hmac) else { return nil }
        var digestName = Array("SHA2-256".utf8CString)
        // The name is only lent to the parameter, so it has to outlive the call.
        let done = unsafe OSSL_MAC_PARAM_DIGEST.withCString { key in
            unsafe digestName.withUnsafeMutableBufferPointer { name in
                var parameters = unsafe [
                    OSSL_PARAM_construct_utf8_string(key, name.baseAddress, 0),
                    OSSL_PARAM_construct_end(),
                ]
                return unsafe EVP_MAC_CTX_set_params(context, &parameters)
            }
        }
        return unsafe done == 1 ? context : nil
    }()
}
