/// How one proxy of external keys is reached.
package struct XKSProxySettings: Sendable {
    /// As AWS's, where the specification has every call end.
    package static let timeout = Duration.milliseconds(250)

    /// What the API calls it: `https://` and a host.
    package let endpoint: String
    /// Where it is really: `https`, with a port if need be.
    package let url: ServiceURL
    package let tls: TLSSettings
    /// From the first byte to the last, connecting included.
    package let timeout: Duration

    /// Nothing for a URL with a path, or without TLS.
    package init?(
        endpoint: String, url: String, tls: TLSSettings, timeout: Duration = Self.timeout
    ) {
        guard let url = ServiceURL(url), url.isHTTPS, url.path.isEmpty else { return nil }
        self.endpoint = endpoint
        self.url = url
        self.tls = tls
        self.timeout = timeout
    }
}
