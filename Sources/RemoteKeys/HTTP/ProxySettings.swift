/// Through which proxy a request goes: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or not.
package struct ProxySettings: Hashable, Sendable {
    package struct Proxy: Hashable, Sendable {
        package let host: String
        package let port: Int
        /// `user:password`, as it stands in the URL and decoded.
        package let userInfo: String?
    }

    package enum Failure: Error, Equatable, Sendable {
        /// The variable holds no `http://[user:password@]host[:port]`. Not its value: that may hold
        /// a password.
        case notAProxy(variable: String)
    }

    /// Straight to every host.
    package static let none = ProxySettings()

    private var https: Proxy?
    private var http: Proxy?
    private var exceptions: [String] = []

    private init() {}

    /// `variable` gives the value of an environment variable, nothing for an empty one.
    package init(_ variable: (String) -> String?) throws(Failure) {
        https = try Self.proxy("https_proxy", variable)
        if https == nil { https = try Self.proxy("HTTPS_PROXY", variable) }
        http = try Self.proxy("http_proxy", variable)
        // A web server gives its CGI programs the client's `Proxy:` header under this name.
        if http == nil, variable("REQUEST_METHOD") == nil {
            http = try Self.proxy("HTTP_PROXY", variable)
        }
        let list = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
        exceptions = list.split(separator: ",").map { entry in
            String(entry.filter { $0 != " " && $0 != "\t" }).lowercased()
        }.filter { !$0.isEmpty }
    }

    package func proxy(for url: ServiceURL) -> Proxy? {
        guard let proxy = url.isHTTPS ? https : http, !url.isLoopback else { return nil }
        return exceptions.contains { Self.matches($0, url) } ? nil : proxy
    }

    /// `*`, `host[:port]`, `.domain`, an address, or an IPv4 network `a.b.c.d/n`. A host stands for
    /// its subdomains too.
    private static func matches(_ exception: String, _ url: ServiceURL) -> Bool {
        if exception == "*" { return true }
        if let network = network(exception), let address = IPv4Address(url.host) {
            return address.matches(network.address, bitCount: network.bitCount)
        }
        var name = exception
        if exception.hasPrefix("[") || exception.utf8.filter({ $0 == 0x3A }).count == 1 {
            guard let parsed = ServiceURL("http://\(exception.drop { $0 == "." })") else {
                return false
            }
            if exception.contains("]:") || !exception.hasPrefix("["), parsed.port != url.port {
                return false
            }
            name = parsed.host
        }
        name = String(name.drop { $0 == "." })
        return !name.isEmpty && (url.host == name || url.host.hasSuffix("." + name))
    }

    private static func network(_ text: String) -> (address: IPv4Address, bitCount: Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPv4Address(String(parts[0])),
            let bitCount = Int(parts[1]), 0...32 ~= bitCount
        else { return nil }
        return (address, bitCount)
    }

    private static func proxy(
        _ name: String, _ variable: (String) -> String?
    ) throws(Failure) -> Proxy? {
        guard var text = variable(name), !text.isEmpty else { return nil }
        if !text.contains("://") { text = "http://" + text }
        var userInfo: String?
        if let at = text.lastIndex(of: "@"), let start = text.range(of: "://")?.upperBound {
            guard let decoded = decodePercent(text[start..<at]) else {
                throw .notAProxy(variable: name)
            }
            userInfo = decoded
            text.removeSubrange(start...at)
        }
        // To a proxy that wants TLS itself the HTTP client cannot speak.
        guard let url = ServiceURL(text), !url.isHTTPS, url.path.isEmpty else {
            throw .notAProxy(variable: name)
        }
        return Proxy(host: url.host, port: url.port, userInfo: userInfo)
    }

    private static func decodePercent(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension String {
    /// Where `part` first occurs.
    fileprivate func range(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) {
                return start..<index(start, offsetBy: part.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
