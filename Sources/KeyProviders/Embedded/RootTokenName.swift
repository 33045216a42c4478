/// The token that a keystore's root is on, and the key in it, as `root.key` names them.
///
/// Never a module, which a keystore that was copied from elsewhere must not choose, and never where a
/// PIN is: local configuration says both.
package struct RootTokenName: Equatable, Sendable {
    private static let scheme = "pkcs11:"
    private static let attributes: Set<Substring> = [
        "token", "serial", "manufacturer", "model", "object", "id", "type",
    ]
    static let maximumByteCount = 1024

    /// A `pkcs11:` URI of attributes that say which token and which key.
    package let uri: String
    /// Whether the token holds the root itself, and key material never leaves it.
    package let isIsolated: Bool

    /// Nothing unless the URI names token and key, and nothing else.
    package init?(uri: String, isIsolated: Bool) {
        guard uri.hasPrefix(Self.scheme), uri.utf8.count <= Self.maximumByteCount,
            uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") })
        else { return nil }
        var names: Set<Substring> = []
        for attribute in uri.dropFirst(Self.scheme.count).split(
            separator: ";", omittingEmptySubsequences: false)
        {
            guard let sign = attribute.firstIndex(of: "="), sign != attribute.startIndex,
                attribute.index(after: sign) != attribute.endIndex,
                Self.attributes.contains(attribute[..<sign]),
                names.insert(attribute[..<sign]).inserted
            else { return nil }
        }
        guard names.contains("token") || names.contains("serial"),
            names.contains("object") || !isIsolated && names.contains("id")
        else { return nil }
        self.uri = uri
        self.isIsolated = isIsolated
    }

    /// Of a URI as a person writes it, whose query tells how the token is reached and is not kept.
    package init?(reference: String, isIsolated: Bool) {
        self.init(
            uri: String(reference.prefix { $0 != "?" }), isIsolated: isIsolated)
    }
}
