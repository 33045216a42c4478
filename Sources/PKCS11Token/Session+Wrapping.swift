internal import CPKCS11
package import SecretMemory

/// The two ways of AES key wrap (RFC 3394, RFC 5649).
package enum KeyWrap: Equatable, Sendable {
    case plain
    case padded
}

/// Wrapping by a key of the token. Tokens refuse C_Encrypt with these mechanisms, so a secret from
/// outside becomes an object of the session first, and comes back out of one.
extension Session {
    /// Whether the token says that it can. For `padded` there are two numbers: 0x210B by PKCS #11
    /// 3.1, and 0x210A, under which some modules do RFC 5649 and others something of their own.
    package func offers(_ wrap: KeyWrap) -> Bool { number(of: wrap) != nil }

    private func number(of wrap: KeyWrap) -> CK_MECHANISM_TYPE? {
        switch wrap {
        case .plain: [CKM_AES_KEY_WRAP].first { mechanisms.contains($0) }
        case .padded:
            [coffer_ckm_aes_key_wrap_kwp, CKM_AES_KEY_WRAP_PAD].first { mechanisms.contains($0) }
        }
    }

    /// 32 bytes become 40.
    package func wrap(
        _ secret: borrowing SecretBytes, under key: TokenObject, by wrap: KeyWrap
    ) throws(TokenError) -> [UInt8] {
        let object = try secret.withBytes { secret throws(TokenError) in
            try create(Self.extractableSecret, value: secret)
        }
        // After an error the session is closed, and its objects go with it.
        let wrapped = try self.wrap(object, under: key, by: wrap)
        try destroy(object)
        return wrapped
    }

    /// - Throws: ``TokenError/notAuthentic``
    package func unwrap(
        _ wrapped: [UInt8], under key: TokenObject, by wrap: KeyWrap
    ) throws(TokenError) -> SecretBytes {
        let object = try unwrap(wrapped, under: key, by: wrap, into: Self.extractableSecret)
        let secret = try value(of: object)
        try destroy(object)
        return secret
    }

    /// A secret of the session that is never readable, but usable for HMAC.
    ///
    /// - Throws: ``TokenError/notAuthentic``
    package func unwrapMaterial(
        _ wrapped: [UInt8], under key: TokenObject
    ) throws(TokenError) -> TokenObject {
        var template = Template()
        template.set(CKA_CLASS, CKO_SECRET_KEY)
        template.set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        template.set(CKA_TOKEN, false)
        template.set(CKA_SENSITIVE, true)
        template.set(CKA_EXTRACTABLE, false)
        template.set(CKA_SIGN, true)
        return try unwrap(wrapped, under: key, by: .plain, into: template)
    }

    package func wrap(
        _ object: TokenObject, under key: TokenObject, by wrap: KeyWrap
    ) throws(TokenError) -> [UInt8] {
        let wrapKey = unsafe try required(functions.C_WrapKey, "C_WrapKey")
        var mechanism = unsafe try mechanism(for: wrap)
        // Never too small: some modules end the operation then.
        var wrapped = [UInt8](repeating: 0, count: 128)
        var count = CK_ULONG(wrapped.count)
        try check(
            unsafe wrapKey(handle, &mechanism, key.handle, object.handle, &wrapped, &count),
            "C_WrapKey")
        return Array(wrapped.prefix(Int(count)))
    }

    private func unwrap(
        _ wrapped: [UInt8], under key: TokenObject, by wrap: KeyWrap, into template: Template
    ) throws(TokenError) -> TokenObject {
        let unwrapKey = unsafe try required(functions.C_UnwrapKey, "C_UnwrapKey")
        var mechanism = unsafe try mechanism(for: wrap)
        var wrapped = wrapped
        var object: CK_OBJECT_HANDLE = 0
        let code = unsafe template.withAttributes { attributes, count in
            unsafe unwrapKey(
                handle, &mechanism, key.handle, &wrapped, CK_ULONG(wrapped.count), attributes,
                count, &object)
        }
        switch code {
        case CKR_OK: return TokenObject(handle: object)
        case CKR_GENERAL_ERROR, CKR_ENCRYPTED_DATA_INVALID, CKR_ENCRYPTED_DATA_LEN_RANGE,
            CKR_WRAPPED_KEY_INVALID, CKR_WRAPPED_KEY_LEN_RANGE:
            throw .notAuthentic
        default: throw TokenError(call: "C_UnwrapKey", code: code)
        }
    }

    private func mechanism(for wrap: KeyWrap) throws(TokenError) -> CK_MECHANISM {
        guard let number = number(of: wrap) else { throw .noUsableMechanism(code: nil) }
        return unsafe CK_MECHANISM(mechanism: number, pParameter: nil, ulParameterLen: 0)
    }

    /// Readable for as long as it takes to read it. No CKA_VALUE_LEN: it comes with the value, and
    /// SoftHSM refuses it.
    private static let extractableSecret: Template = {
        var template = Template()
        template.set(CKA_CLASS, CKO_SECRET_KEY)
        template.set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        template.set(CKA_TOKEN, false)
        template.set(CKA_SENSITIVE, false)
        template.set(CKA_EXTRACTABLE, true)
        return template
    }()
}
