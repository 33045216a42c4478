internal import CPKCS11
internal import SecretMemory

/// What a key is looked up by.
package struct KeyQuery: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case aes
        /// A key for HMAC; tokens know it as a generic secret or as one for SHA-256.
        case hmac
        case rsaPrivate
        case rsaPublic
    }

    package var kind: Kind
    package var label: String?
    package var id: [UInt8]?

    package init(kind: Kind, label: String?, id: [UInt8]?) {
        self.kind = kind
        self.label = label
        self.id = id
    }
}

extension Session {
    /// The only key that fits.
    package func key(_ query: KeyQuery) throws(TokenError) -> TokenObject {
        var found: [TokenObject] = []
        for type in query.keyTypes { found += try objects(query.template(keyType: type)) }
        guard let key = found.first else { throw .keyNotFound }
        guard found.count == 1 else { throw .keyAmbiguous }
        return key
    }

    /// At most two: more than one is one too many.
    private func objects(_ template: Template) throws(TokenError) -> [TokenObject] {
        let begin = unsafe try required(functions.C_FindObjectsInit, "C_FindObjectsInit")
        let next = unsafe try required(functions.C_FindObjects, "C_FindObjects")
        let end = try required(functions.C_FindObjectsFinal, "C_FindObjectsFinal")
        try check(
            unsafe template.withAttributes { unsafe begin(handle, $0, $1) }, "C_FindObjectsInit")
        var handles: [CK_OBJECT_HANDLE] = [0, 0]
        var count: CK_ULONG = 0
        try check(unsafe next(handle, &handles, 2, &count), "C_FindObjects")
        try check(end(handle), "C_FindObjectsFinal")
        return handles.prefix(Int(count)).map(TokenObject.init)
    }

    /// CKA_ID, by which containers name a key.
    package func id(of object: TokenObject) throws(TokenError) -> [UInt8] {
        try publicAttribute(CKA_ID, of: object)
    }

    package func label(of object: TokenObject) throws(TokenError) -> String {
        String(decoding: try publicAttribute(CKA_LABEL, of: object), as: UTF8.self)
    }

    /// CKA_EXTRACTABLE: whether the token gives the key away, to who has the PIN.
    package func isExtractable(_ object: TokenObject) throws(TokenError) -> Bool {
        try publicAttribute(CKA_EXTRACTABLE, of: object) != [0]
    }

    func modulusByteCount(of object: TokenObject) throws(TokenError) -> Int {
        try publicAttribute(CKA_MODULUS, of: object).count
    }

    private func publicAttribute(
        _ type: CK_ATTRIBUTE_TYPE, of object: TokenObject
    ) throws(TokenError) -> [UInt8] {
        let read = unsafe try required(functions.C_GetAttributeValue, "C_GetAttributeValue")
        var size = unsafe CK_ATTRIBUTE(type: type, pValue: nil, ulValueLen: 0)
        try check(unsafe read(handle, object.handle, &size, 1), "C_GetAttributeValue")
        let byteCount = unsafe size.ulValueLen
        guard byteCount != CK_ULONG.max, byteCount <= 4096 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(byteCount))
        let code = unsafe bytes.withUnsafeMutableBytes { bytes in
            var value = unsafe CK_ATTRIBUTE(
                type: type, pValue: bytes.baseAddress, ulValueLen: CK_ULONG(bytes.count))
            return unsafe read(handle, object.handle, &value, 1)
        }
        try check(code, "C_GetAttributeValue")
        return bytes
    }

    /// CKA_VALUE of an extractable object, at most 64 bytes.
    func value(of object: TokenObject) throws(TokenError) -> SecretBytes {
        let read = unsafe try required(functions.C_GetAttributeValue, "C_GetAttributeValue")
        var byteCount = 0
        let bytes = try SecretBytes(byteCount: 64) { output throws(TokenError) in
            let code = unsafe output.withUnsafeMutableBytes { output in
                var value = unsafe CK_ATTRIBUTE(
                    type: CKA_VALUE, pValue: output.baseAddress, ulValueLen: CK_ULONG(output.count))
                let code = unsafe read(handle, object.handle, &value, 1)
                if code == CKR_OK { byteCount = unsafe Int(value.ulValueLen) }
                return code
            }
            try check(code, "C_GetAttributeValue")
        }
        return bytes.prefix(byteCount: byteCount)
    }

    func create(_ template: Template, value: RawSpan) throws(TokenError) -> TokenObject {
        let create = unsafe try required(functions.C_CreateObject, "C_CreateObject")
        var object: CK_OBJECT_HANDLE = 0
        let code = unsafe template.withAttributes(value: value) {
            unsafe create(handle, $0, $1, &object)
        }
        try check(code, "C_CreateObject")
        return TokenObject(handle: object)
    }

    package func destroy(_ object: TokenObject) throws(TokenError) {
        let destroy = try required(functions.C_DestroyObject, "C_DestroyObject")
        try check(destroy(handle, object.handle), "C_DestroyObject")
    }
}

extension KeyQuery {
    fileprivate var keyTypes: [CK_KEY_TYPE] {
        switch kind {
        case .aes: [CKK_AES]
        case .hmac: [CKK_GENERIC_SECRET, CKK_SHA256_HMAC]
        case .rsaPrivate, .rsaPublic: [CKK_RSA]
        }
    }

    fileprivate func template(keyType: CK_KEY_TYPE) -> Template {
        var template = Template()
        switch kind {
        case .aes, .hmac: template.set(CKA_CLASS, CKO_SECRET_KEY)
        case .rsaPrivate: template.set(CKA_CLASS, CKO_PRIVATE_KEY)
        case .rsaPublic: template.set(CKA_CLASS, CKO_PUBLIC_KEY)
        }
        template.set(CKA_KEY_TYPE, keyType)
        template.set(CKA_TOKEN, true)
        if let label { template.set(CKA_LABEL, Array(label.utf8)) }
        if let id { template.set(CKA_ID, id) }
        return template
    }
}
