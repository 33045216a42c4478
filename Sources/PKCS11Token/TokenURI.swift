internal import CPKCS11

/// A `pkcs11:` URI (RFC 7512): which token, which key on it, and where its module is.
///
/// Read by p11-kit's parser. A PIN in the URI is refused, since it would be in argument lists and
/// configuration files; so is a slot number, since tokens move from slot to slot.
package struct TokenURI: Equatable, Sendable {
    package enum KeyClass: Equatable, Sendable {
        case secretKey
        case privateKey
    }

    package let tokenLabel: String?
    package let serial: String?
    package let manufacturer: String?
    package let model: String?
    package let object: String?
    package let id: [UInt8]?
    package let keyClass: KeyClass?
    package let moduleName: String?
    package let modulePath: String?
    /// As written. Who reads it is for the program to decide.
    package let pinSource: String?

    package init(_ text: String) throws(TokenURIError) {
        guard let uri = unsafe p11_kit_uri_new() else { throw .malformed }
        defer { unsafe p11_kit_uri_free(uri) }
        guard !text.utf8.contains(0),
            unsafe p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri) == P11_KIT_URI_OK.rawValue
        else { throw .malformed }
        guard unsafe p11_kit_uri_any_unrecognized(uri) == 0 else { throw .unknownAttribute }
        guard unsafe p11_kit_uri_get_pin_value(uri) == nil else { throw .pinInside }
        guard unsafe p11_kit_uri_get_slot_id(uri) == CK_SLOT_ID(bitPattern: -1) else {
            throw .slotNumber
        }
        guard let token = unsafe p11_kit_uri_get_token_info(uri) else { throw .malformed }
        tokenLabel = unsafe Self.text(of: &token.pointee.label)
        serial = unsafe Self.text(of: &token.pointee.serialNumber)
        manufacturer = unsafe Self.text(of: &token.pointee.manufacturerID)
        model = unsafe Self.text(of: &token.pointee.model)
        guard tokenLabel != nil || serial != nil else { throw .noToken }
        let label = unsafe Self.attribute(CKA_LABEL, of: uri)
        object = label.map { String(decoding: $0, as: UTF8.self) }
        id = unsafe Self.attribute(CKA_ID, of: uri)
        keyClass = unsafe try Self.keyClass(of: uri)
        moduleName = unsafe p11_kit_uri_get_module_name(uri).map { unsafe String(cString: $0) }
        modulePath = unsafe p11_kit_uri_get_module_path(uri).map { unsafe String(cString: $0) }
        pinSource = unsafe p11_kit_uri_get_pin_source(uri).map { unsafe String(cString: $0) }
        guard modulePath?.utf8.first ?? UInt8(ascii: "/") == UInt8(ascii: "/"),
            moduleName?.utf8.contains(UInt8(ascii: "/")) != true
        else { throw .relativeModulePath }
    }

    private static func keyClass(of uri: OpaquePointer) throws(TokenURIError) -> KeyClass? {
        guard let bytes = unsafe attribute(CKA_CLASS, of: uri) else { return nil }
        switch unsafe bytes.span.bytes.unsafeLoadUnaligned(as: CK_OBJECT_CLASS.self) {
        case CKO_SECRET_KEY: return .secretKey
        case CKO_PRIVATE_KEY: return .privateKey
        default: throw .notAKey
        }
    }

    private static func attribute(
        _ type: CK_ATTRIBUTE_TYPE, of uri: OpaquePointer
    ) -> [UInt8]? {
        guard let attribute = unsafe p11_kit_uri_get_attribute(uri, type) else { return nil }
        return unsafe Array(
            UnsafeRawBufferPointer(
                start: attribute.pointee.pValue, count: Int(attribute.pointee.ulValueLen)))
    }

    /// A field of fixed length, without the spaces behind it; nothing if the URI does not say.
    static func text<Field>(of field: inout Field) -> String? {
        let text = unsafe withUnsafeBytes(of: &field) { bytes in
            let end = unsafe bytes.lastIndex { $0 != UInt8(ascii: " ") && $0 != 0 }
            return unsafe String(decoding: bytes[..<(end.map { $0 + 1 } ?? 0)], as: UTF8.self)
        }
        return text.isEmpty ? nil : text
    }
}

/// Why a text is no `pkcs11:` URI that can be used.
package enum TokenURIError: Error, Equatable, Sendable {
    case malformed
    case unknownAttribute
    /// `pin-value`
    case pinInside
    /// `slot-id`
    case slotNumber
    /// Neither `token` nor `serial`.
    case noToken
    /// A `type` that cannot wrap.
    case notAKey
    /// A module is named by an absolute path, or by the plain name under which it is registered.
    case relativeModulePath
}
