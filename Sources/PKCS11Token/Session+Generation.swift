internal import CPKCS11

/// New keys, born in the token.
extension Session {
    /// An AES-256 key that stays in the token, with which it wraps and encrypts.
    package func generateAESKey(label: String, id: [UInt8]) throws(TokenError) -> TokenObject {
        var template = Self.tokenKey(label: label, id: id)
        template.set(CKA_KEY_TYPE, CKK_AES)
        for use in [CKA_WRAP, CKA_UNWRAP, CKA_ENCRYPT, CKA_DECRYPT] { template.set(use, true) }
        return try generate(CKM_AES_KEY_GEN, template)
    }

    /// A key of 32 bytes for HMAC-SHA-256 that stays in the token.
    package func generateHMACKey(label: String, id: [UInt8]) throws(TokenError) -> TokenObject {
        var template = Self.tokenKey(label: label, id: id)
        template.set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        for use in [CKA_SIGN, CKA_VERIFY] { template.set(use, true) }
        return try generate(CKM_GENERIC_SECRET_KEY_GEN, template)
    }

    package var generatesHMACKeys: Bool { mechanisms.contains(CKM_GENERIC_SECRET_KEY_GEN) }

    /// 32 bytes that live as long as the session, and leave it only wrapped.
    package func generateMaterial() throws(TokenError) -> TokenObject {
        var template = Template()
        template.set(CKA_CLASS, CKO_SECRET_KEY)
        template.set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        template.set(CKA_TOKEN, false)
        template.set(CKA_SENSITIVE, true)
        template.set(CKA_EXTRACTABLE, true)
        template.set(CKA_SIGN, true)
        template.set(CKA_VALUE_LEN, 32)
        return try generate(CKM_GENERIC_SECRET_KEY_GEN, template)
    }

    private static func tokenKey(label: String, id: [UInt8]) -> Template {
        var template = Template()
        template.set(CKA_CLASS, CKO_SECRET_KEY)
        template.set(CKA_TOKEN, true)
        template.set(CKA_PRIVATE, true)
        template.set(CKA_SENSITIVE, true)
        template.set(CKA_EXTRACTABLE, false)
        template.set(CKA_LABEL, Array(label.utf8))
        template.set(CKA_ID, id)
        template.set(CKA_VALUE_LEN, 32)
        return template
    }

    private func generate(
        _ type: CK_MECHANISM_TYPE, _ template: Template
    ) throws(TokenError) -> TokenObject {
        let generate = unsafe try required(functions.C_GenerateKey, "C_GenerateKey")
        var mechanism = unsafe CK_MECHANISM(mechanism: type, pParameter: nil, ulParameterLen: 0)
        var object: CK_OBJECT_HANDLE = 0
        let code = unsafe template.withAttributes { attributes, count in
            unsafe generate(handle, &mechanism, attributes, count, &object)
        }
        try check(code, "C_GenerateKey")
        return TokenObject(handle: object)
    }
}
