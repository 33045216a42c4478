/// How `cofferd` serves: the `server` of the configuration. What is nil is not said there.
package struct DaemonSettings: Equatable, Sendable {
    /// The address and the port, `127.0.0.1:8443` or `[::1]:8443`.
    package struct Address: Equatable, Sendable {
        package let host: String
        package let port: Int

        /// Nothing for another text. A host by name, or by number: that of IPv6 in brackets.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":"),
                let port = UInt16(text[text.index(after: colon)...])
            else { return nil }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                return nil
            }
            guard !host.isEmpty else { return nil }
            self.host = String(host)
            self.port = Int(port)
        }

        /// Nobody but this machine can reach it.
        package var isLoopback: Bool {
            host == "localhost" || host == "::1"
                || host.hasPrefix("127.") && host.utf8.allSatisfy { $0 < 0x3A }
        }

        package var text: String {
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    package enum LogLevel: String, CaseIterable, Sendable {
        case debug, info, notice, warning, error
    }

    package static let connectionCounts = 1...1_000_000
    /// A file is longer by its last record, of at most 512 KiB; numbers of files stay small.
    package static let auditFileByteCounts = 1 << 17...1 << 40

    package var listen: Address?
    /// PEM files; relative paths are seen from the configuration's directory.
    package var certificate: String?
    package var privateKey: String?
    package var clientAuthority: String?
    /// HTTP without TLS on an address that others reach.
    package var allowsPlainHTTP: Bool?
    /// Requests a second of each account.
    package var rateLimit: Int?
    package var maximumConnections: Int?
    package var logLevel: LogLevel?
    /// How long a file of the audit log gets.
    package var auditFileByteCount: Int?
    package var clusters: [ClusterSettings] = []
    package var proxies: [KeyProxySettings] = []

    package init() {}

    /// Nothing for what is no size, and for one that is out of bounds.
    package static func auditFileByteCount(_ text: String) -> Int? {
        ByteSize.parse(text).flatMap(Int.init(exactly:)).flatMap {
            auditFileByteCounts.contains($0) ? $0 : nil
        }
    }
}
