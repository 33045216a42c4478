internal import COpenSSL

/// AES-256-GCM with a 96-bit nonce and a 128-bit tag under one key, one message after another.
///
/// Owns one OpenSSL context whose key schedule is made once. Not for use by two threads at once:
/// each worker has its own.
@safe
package struct AES256GCM: ~Copyable {
    package static let nonceByteCount = 12
    package static let tagByteCount = 16

    private let context: OpaquePointer

    package init(key: RawSpan) throws(CryptoError) {
        precondition(key.byteCount == 32, "AES-256-GCM: the key has \(key.byteCount) bytes")
        guard let context = unsafe EVP_CIPHER_CTX_new() else {
            throw OpenSSLLibrary.failure("EVP_CIPHER_CTX_new")
        }
        let accepted = unsafe key.withUnsafeBytes { bytes in
            unsafe EVP_EncryptInit_ex2(
                context, OpenSSLLibrary.aes256GCM,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), nil, nil)
        }
        guard accepted == 1 else {
            unsafe EVP_CIPHER_CTX_free(context)
            throw OpenSSLLibrary.failure("EVP_EncryptInit_ex2")
        }
        unsafe self.context = context
    }

    // Frees and wipes the key schedule.
    deinit { unsafe EVP_CIPHER_CTX_free(context) }

    /// Writes `ciphertext ‖ tag` to the start of `output`, `plaintext.byteCount + 16` bytes.
    ///
    /// The caller never uses a nonce twice under this key.
    package func seal(
        _ plaintext: RawSpan, nonce: [UInt8], associatedData: [UInt8],
        into output: inout MutableRawSpan
    ) throws(CryptoError) {
        precondition(nonce.count == Self.nonceByteCount, "AES-256-GCM: nonce length")
        precondition(
            output.byteCount >= plaintext.byteCount + Self.tagByteCount,
            "AES-256-GCM: output too short")
        let done = unsafe plaintext.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output in
                unsafe Self.seal(
                    context: context, input: input, nonce: nonce, associatedData: associatedData,
                    output: output)
            }
        }
        guard done else { throw OpenSSLLibrary.failure("AES-256-GCM seal") }
    }

    /// Opens `ciphertext ‖ tag` into the start of `output`, `input.byteCount − 16` bytes.
    ///
    /// `output` is wiped if the tag is wrong: OpenSSL decrypts before it compares.
    ///
    /// - Throws: ``CryptoError/notAuthentic``
    package func open(
        _ input: RawSpan, nonce: [UInt8], associatedData: [UInt8],
        into output: inout MutableRawSpan
    ) throws(CryptoError) {
        precondition(nonce.count == Self.nonceByteCount, "AES-256-GCM: nonce length")
        guard input.byteCount >= Self.tagByteCount else { throw .notAuthentic }
        let count = input.byteCount - Self.tagByteCount
        precondition(output.byteCount >= count, "AES-256-GCM: output too short")
        let authentic = unsafe input.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { output in
                let opened = unsafe Self.open(
                    context: context, input: input, nonce: nonce, associatedData: associatedData,
                    output: output)
                if !opened { unsafe OPENSSL_cleanse(output.baseAddress, count) }
                return opened
            }
        }
        guard authentic else {
            ERR_clear_error()
            throw .notAuthentic
        }
    }

    private static func seal(
        context: OpaquePointer, input: UnsafeRawBufferPointer, nonce: [UInt8],
        associatedData: [UInt8], output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        let out = unsafe output.bindMemory(to: UInt8.self)
        var written: Int32 = 0
        guard unsafe EVP_EncryptInit_ex2(context, nil, nil, nonce, nil) == 1 else { return false }
        guard
            unsafe EVP_EncryptUpdate(
                context, nil, &written, associatedData, Int32(associatedData.count)) == 1
        else { return false }
        // An empty message skips this call: a null input would be read as associated data.
        if bytes.count > 0 {
            guard
                unsafe EVP_EncryptUpdate(
                    context, out.baseAddress, &written, bytes.baseAddress, Int32(bytes.count)) == 1,
                Int(written) == bytes.count
            else { return false }
        }
        let tag = unsafe out.baseAddress?.advanced(by: bytes.count)
        guard unsafe EVP_EncryptFinal_ex(context, tag, &written) == 1 else { return false }
        return unsafe EVP_CIPHER_CTX_ctrl(
            context, EVP_CTRL_AEAD_GET_TAG, Int32(tagByteCount), tag) == 1
    }

    private static func open(
        context: OpaquePointer, input: UnsafeRawBufferPointer, nonce: [UInt8],
        associatedData: [UInt8], output: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let bytes = unsafe input.bindMemory(to: UInt8.self)
        let count = bytes.count - tagByteCount
        let out = unsafe output.bindMemory(to: UInt8.self)
        var written: Int32 = 0
        guard unsafe EVP_DecryptInit_ex2(context, nil, nil, nonce, nil) == 1 else { return false }
        guard
            unsafe EVP_DecryptUpdate(
                context, nil, &written, associatedData, Int32(associatedData.count)) == 1
        else { return false }
        if count > 0 {
            guard
                unsafe EVP_DecryptUpdate(
                    context, out.baseAddress, &written, bytes.baseAddress, Int32(count)) == 1,
                Int(written) == count
            else { return false }
        }
        // OpenSSL copies the tag and does not write to it, though the parameter is not const.
        let tag = unsafe UnsafeMutableRawPointer(
            mutating: bytes.baseAddress?.advanced(by: count).rawPointer)
        guard
            unsafe EVP_CIPHER_CTX_ctrl(
                context, EVP_CTRL_AEAD_SET_TAG, Int32(tagByteCount), tag) == 1
        else { return false }
        var unused: UInt8 = 0
        return unsafe EVP_DecryptFinal_ex(context, &unused, &written) == 1
    }
}

extension UnsafePointer<UInt8> {
    fileprivate var rawPointer: UnsafeRawPointer { unsafe UnsafeRawPointer(self) }
}
