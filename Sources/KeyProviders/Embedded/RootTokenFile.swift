/// The file `root.key` of a keystore whose root is on a token.
///
///      0   4   magic "COFR"
///      4   1   version = 2
///      5   1   1: the token's key seals the root; 2: the token holds it
///      6   2   u, 1 to 1,024
///      8   u   the token and its key: RootTokenName
///    8+u   2   i, 1 to 1,024
///   10+u   i   identity: the token's serial, a colon, the key's CKA_ID in hexadecimal digits
/// 10+u+i   2   s, 0 if the token holds the root
/// 12+u+i   s   the root, sealed: mechanism and data, as in a pkcs11 stanza
///
/// Nothing in it is secret. Integers are big-endian. Specification: keystore.
struct RootTokenFile: Equatable {
    static let magic = Array("COFR".utf8) + [2]
    static let maximumByteCount = 8192
    private static let maximumFieldByteCount = 4096

    let name: RootTokenName
    let identity: [UInt8]
    /// Empty if the token holds the root.
    let sealed: [UInt8]

    init(name: RootTokenName, identity: [UInt8], sealed: [UInt8]) {
        self.name = name
        self.identity = identity
        self.sealed = sealed
    }

    /// Nothing unless the bytes are such a file and no more.
    init?(_ bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic), bytes.count > 6, (1...2).contains(bytes[5]) else {
            return nil
        }
        var rest = bytes[6...]
        guard let uri = Self.field(&rest), let identity = Self.field(&rest), !identity.isEmpty,
            identity.count <= RootTokenName.maximumByteCount,
            let sealed = Self.field(&rest), rest.isEmpty,
            let text = String(validating: uri, as: UTF8.self),
            let name = RootTokenName(uri: text, isIsolated: bytes[5] == 2),
            sealed.isEmpty == name.isIsolated
        else { return nil }
        self.init(name: name, identity: Array(identity), sealed: Array(sealed))
    }

    var bytes: [UInt8] {
        Self.magic + [name.isIsolated ? 2 : 1] + Self.field(Array(name.uri.utf8))
            + Self.field(identity) + Self.field(sealed)
    }

    private static func field(_ bytes: [UInt8]) -> [UInt8] {
        precondition(bytes.count <= maximumFieldByteCount, "root key: a field is too long")
        return [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
    }

    private static func field(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.count >= 2 else { return nil }
        let count = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(2)
        guard count <= maximumFieldByteCount, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
