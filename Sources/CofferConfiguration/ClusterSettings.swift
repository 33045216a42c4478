package import FileIO

/// A token under the name by which the API knows it: a cluster of HSMs.
package struct ClusterSettings: Equatable, Sendable {
    package let id: String
    /// A pkcs11: URI without a PIN.
    package let uri: String
    package let module: FilePath?
    /// A certificate, PEM; a relative path is seen from the configuration's directory.
    package let trustAnchor: String

    package init(id: String, uri: String, module: FilePath?, trustAnchor: String) {
        self.id = id
        self.uri = uri
        self.module = module
        self.trustAnchor = trustAnchor
    }

    /// What the API takes as the id of a cluster: `cluster-` and 11 to 16 of `2-7a-zA-Z`.
    static func isID(_ text: String) -> Bool {
        let prefix = "cluster-"
        guard text.hasPrefix(prefix) else { return false }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        return (11...16).contains(rest.count)
            && rest.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "2")...UInt8(ascii: "7"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default: false
                }
            }
    }
}
