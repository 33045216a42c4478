internal import COpenSSL

/// The one owner of an OpenSSL key context: what one operation with a key needs.
@safe
struct KeyContext: ~Copyable {
    let pointer: OpaquePointer

    /// For operations with `key`.
    init(_ key: borrowing KeyObject) throws(CryptoError) {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil) else {
            throw OpenSSLLibrary.failure("EVP_PKEY_CTX_new_from_pkey")
        }
        unsafe pointer = context
    }

    /// To make a key.
    init(algorithm: String) throws(CryptoError) {
        guard OpenSSLLibrary.isStarted,
            let context = unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm, nil)
        else { throw OpenSSLLibrary.failure("EVP_PKEY_CTX_new_from_name") }
        unsafe pointer = context
    }

    deinit { unsafe EVP_PKEY_CTX_free(pointer) }
}
