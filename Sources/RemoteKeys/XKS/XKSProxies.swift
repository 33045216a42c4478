package import KMSDomain
internal import KMSWire
package import SecretMemory

/// The proxies that the configuration knows. To no other is anything sent, whatever a caller names.
package struct XKSProxies: ExternalKeyConnector {
    private let proxies: [String: (settings: XKSProxySettings, transport: any HTTPTransport)]
    private let time: TimeSource

    /// - Parameter settings: of two for one endpoint the last counts.
    package init(
        _ settings: [XKSProxySettings], time: TimeSource = .system
    ) throws(TLSSettings.Failure) {
        var proxies: [String: (settings: XKSProxySettings, transport: any HTTPTransport)] = [:]
        for settings in settings {
            proxies[settings.endpoint] = (
                settings, try NetworkTransport(tls: settings.tls, proxies: .none)
            )
        }
        self.proxies = proxies
        self.time = time
    }

    package func manager(
        at proxy: KeyStoreProxy, region: String, secret: consuming SecretBytes
    ) throws(ProxyFailure) -> any ExternalKeyManager {
        guard let known = proxies[proxy.endpoint] else { throw .unreachable }
        return XKSClient(
            path: proxy.path, region: region, settings: known.settings,
            transport: known.transport,
            credentials: SigningCredentials(
                accessKeyID: proxy.accessKeyID, secretAccessKey: secret), time: time)
    }
}
