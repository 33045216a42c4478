/// Where a service is reached: `http` or `https`, a host, a port and a path prefix, and nothing else.
///
/// Strict on purpose: what two parsers could read differently (user names, queries, fragments, white
/// space) is no service's address.
package struct ServiceURL: Equatable, Hashable, Sendable {
    package let isHTTPS: Bool
    /// Lower-case; an IPv6 address without its brackets.
    package let host: String
    package let port: Int
    /// Empty, or `/…` without a final slash.
    package let path: String

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        guard let scheme = Self.scheme(bytes) else { return nil }
        isHTTPS = scheme.isHTTPS
        let rest = bytes[scheme.byteCount...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") }
        var path = rest[authority.endIndex...]
        while path.last == UInt8(ascii: "/") { path.removeLast() }
        guard path.allSatisfy({ !Array("?#\\@".utf8).contains($0) }) else { return nil }
        self.path = String(decoding: path, as: UTF8.self)
        guard let (host, port) = Self.split(authority) else { return nil }
        self.host = host
        guard let number = port.map(Self.number) ?? (isHTTPS ? 443 : 80) else { return nil }
        self.port = number
    }

    /// What stands in a `Host` header: the port only where it is not the scheme's own.
    package var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == (isHTTPS ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The URL of `suffix`, which begins with a slash, under this one.
    package func text(appending suffix: String = "") -> String {
        "\(isHTTPS ? "https" : "http")://\(authority)\(path)\(suffix)"
    }

    /// Whether it is this machine by a name that no resolver is asked for, or by address.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || IPv4Address(host)?.isLoopback == true
    }

    /// Whether keys may go there: over TLS, or without leaving the machine.
    package var isPrivate: Bool { isHTTPS || isLoopback }

    private static func scheme(_ bytes: [UInt8]) -> (isHTTPS: Bool, byteCount: Int)? {
        let start = String(decoding: bytes.prefix(8), as: UTF8.self).lowercased()
        if start == "https://" { return (true, 8) }
        return start.hasPrefix("http://") ? (false, 7) : nil
    }

    private static func split(_ authority: ArraySlice<UInt8>) -> (host: String, port: String?)? {
        let colon = UInt8(ascii: ":")
        var host = authority
        var rest: ArraySlice<UInt8> = []
        let isBracketed = authority.first == UInt8(ascii: "[")
        if isBracketed {
            guard let end = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = authority[(authority.startIndex + 1)..<end]
            rest = authority[(end + 1)...]
        } else if let mark = authority.firstIndex(of: colon) {
            host = authority[..<mark]
            rest = authority[mark...]
        }
        let name = String(decoding: host, as: UTF8.self).lowercased()
        let allowed = isBracketed ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz.-_"
        guard !name.isEmpty, name.utf8.allSatisfy(allowed.utf8.contains) else { return nil }
        if rest.isEmpty { return (name, nil) }
        guard rest.first == colon else { return nil }
        return (name, String(decoding: rest.dropFirst(), as: UTF8.self))
    }

    private static func number(_ text: String) -> Int? {
        guard text.utf8.count <= 5, text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        guard let number = Int(text), 1...65535 ~= number else { return nil }
        return number
    }
}
