/// A proxy of external keys, and how it is reached.
package struct KeyProxySettings: Equatable, Sendable {
    /// In milliseconds.
    package static let timeouts = 1...10_000

    /// What the API calls it: `https://` and a host.
    package let endpoint: String
    /// `https://`, a host, and a port if need be; nothing for the endpoint itself.
    package var url: String?
    /// PEM files; relative paths are seen from the configuration's directory.
    package var authorities: String?
    package var clientCertificate: String?
    package var clientPrivateKey: String?
    /// In milliseconds; nothing for AWS's.
    package var timeout: Int?

    package init(endpoint: String) { self.endpoint = endpoint }

    /// What the API takes as an endpoint: `https://` and 2 to 120 of letters, digits, `.` and `-`.
    static func isEndpoint(_ text: String) -> Bool {
        let prefix = "https://"
        guard text.hasPrefix(prefix) else { return false }
        let rest = text.utf8.dropFirst(prefix.utf8.count)
        return (2...120).contains(rest.count)
            && rest.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
