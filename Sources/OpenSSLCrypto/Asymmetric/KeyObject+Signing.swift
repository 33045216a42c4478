internal import COpenSSL

extension KeyObject {
    private static let sm2Identity = "1234567812345678"

    /// - Precondition: the scheme fits the key.
    func signature(
        of message: RawSpan, _ scheme: SignatureScheme
    ) throws(CryptoError) -> [UInt8] {
        switch scheme {
        case .rsaPSS(let digest), .rsaPKCS1(let digest), .ecdsa(let digest):
            return try signature(ofDigest: digest.digest(message), scheme)
        case .ed25519, .sm2:
            let context = try DigestContext(self, scheme, isSigning: true)
            let signature = unsafe message.withUnsafeBytes { message -> [UInt8]? in
                let message = unsafe message.bindMemory(to: UInt8.self)
                var count = 0
                guard
                    unsafe EVP_DigestSign(
                        context.pointer, nil, &count, message.baseAddress, message.count) == 1
                else { return nil }
                var signature = [UInt8](repeating: 0, count: count)
                guard
                    unsafe EVP_DigestSign(
                        context.pointer, &signature, &count, message.baseAddress, message.count)
                        == 1
                else { return nil }
                return Array(signature.prefix(count))
            }
            guard let signature else { throw OpenSSLLibrary.failure("EVP_DigestSign") }
            return signature
        }
    }

    func signature(
        ofDigest digest: [UInt8], _ scheme: SignatureScheme
    ) throws(CryptoError) -> [UInt8] {
        let context = try KeyContext(self)
        guard unsafe EVP_PKEY_sign_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_sign_init")
        }
        try configure(context, scheme)
        var count = 0
        guard unsafe EVP_PKEY_sign(context.pointer, nil, &count, digest, digest.count) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_sign")
        }
        var signature = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_PKEY_sign(context.pointer, &signature, &count, digest, digest.count) == 1
        else { throw OpenSSLLibrary.failure("EVP_PKEY_sign") }
        return Array(signature.prefix(count))
    }

    /// Whatever is wrong with a signature, it is not this key's.
    func isValid(
        _ signature: [UInt8], of message: RawSpan, _ scheme: SignatureScheme
    ) throws(CryptoError) -> Bool {
        switch scheme {
        case .rsaPSS(let digest), .rsaPKCS1(let digest), .ecdsa(let digest):
            return try isValid(signature, ofDigest: digest.digest(message), scheme)
        case .ed25519, .sm2:
            let context = try DigestContext(self, scheme, isSigning: false)
            let result = unsafe message.withUnsafeBytes { message in
                let message = unsafe message.bindMemory(to: UInt8.self)
                return unsafe EVP_DigestVerify(
                    context.pointer, signature, signature.count, message.baseAddress,
                    message.count)
            }
            ERR_clear_error()
            return result == 1
        }
    }

    func isValid(
        _ signature: [UInt8], ofDigest digest: [UInt8], _ scheme: SignatureScheme
    ) throws(CryptoError) -> Bool {
        let context = try KeyContext(self)
        guard unsafe EVP_PKEY_verify_init(context.pointer) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_verify_init")
        }
        try configure(context, scheme)
        let result = unsafe EVP_PKEY_verify(
            context.pointer, signature, signature.count, digest, digest.count)
        ERR_clear_error()
        return result == 1
    }

    private func configure(
        _ context: borrowing KeyContext, _ scheme: SignatureScheme
    ) throws(CryptoError) {
        precondition(scheme.fits(kind), "signature: the scheme is none of the key's")
        guard let digest = scheme.digest else {
            preconditionFailure("signature: the scheme has no digest")
        }
        // SM2's context takes no digest: it signs what it is given.
        if scheme != .sm2 {
            guard unsafe EVP_PKEY_CTX_set_signature_md(context.pointer, digest.object) == 1 else {
                throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_signature_md")
            }
        }
        let padding: Int32
        switch scheme {
        case .rsaPSS: padding = RSA_PKCS1_PSS_PADDING
        case .rsaPKCS1: padding = RSA_PKCS1_PADDING
        case .ecdsa, .ed25519, .sm2: return
        }
        guard unsafe EVP_PKEY_CTX_set_rsa_padding(context.pointer, padding) == 1 else {
            throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_rsa_padding")
        }
        guard case .rsaPSS = scheme else { return }
        guard
            unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(context.pointer, RSA_PSS_SALTLEN_DIGEST) == 1,
            unsafe EVP_PKEY_CTX_set_rsa_mgf1_md(context.pointer, digest.object) == 1
        else { throw OpenSSLLibrary.failure("EVP_PKEY_CTX_set_rsa_pss_saltlen") }
    }

    /// The one owner of a digest context that signs or verifies a whole message.
    @safe
    private struct DigestContext: ~Copyable {
        let pointer: OpaquePointer

        init(
            _ key: borrowing KeyObject, _ scheme: SignatureScheme, isSigning: Bool
        ) throws(CryptoError) {
            precondition(scheme.fits(key.kind), "signature: the scheme is none of the key's")
            guard let context = unsafe EVP_MD_CTX_new() else {
                throw OpenSSLLibrary.failure("EVP_MD_CTX_new")
            }
            var keyContext: OpaquePointer?
            let digest = unsafe scheme.digest?.object
            let started =
                isSigning
                ? unsafe EVP_DigestSignInit(context, &keyContext, digest, nil, key.pointer)
                : unsafe EVP_DigestVerifyInit(context, &keyContext, digest, nil, key.pointer)
            // Used as soon as the message comes, so it may be set after the start.
            let identity = Array(KeyObject.sm2Identity.utf8)
            guard started == 1,
                unsafe scheme != .sm2
                    || EVP_PKEY_CTX_set1_id(keyContext, identity, Int32(identity.count)) == 1
            else {
                unsafe EVP_MD_CTX_free(context)
                throw OpenSSLLibrary.failure("EVP_DigestSignInit")
            }
            unsafe pointer = context
        }

        // Frees the key context with it.
        deinit { unsafe EVP_MD_CTX_free(pointer) }
    }
}
