/// `MOUNT/KEY`: a key of Transit, and the mount of its engine, which may have slashes itself.
package struct VaultKeyName: Equatable, Hashable, Sendable {
    package let mount: String
    package let key: String

    package var text: String { "\(mount)/\(key)" }

    package init(_ text: String) throws(VaultError) {
        guard Self.isPath(text), let slash = text.lastIndex(of: "/") else {
            throw .badKeyName(text)
        }
        mount = String(text[..<slash])
        key = String(text[text.index(after: slash)...])
    }

    /// Names between slashes, none of which a path would take for something else or has to escape.
    static func isPath(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 128
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"):
                        true
                    default: "-_.".utf8.contains(byte)
                    }
                }
        }
    }
}
