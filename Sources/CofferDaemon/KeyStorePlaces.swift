import CofferConfiguration
import FileIO
import KMSDomain
import KeyProviders
import PKCS11Token
import RemoteKeys
import TokenKeys

/// Where keys of custom key stores may be, by the configuration.
struct KeyStorePlaces {
    private static let certificateLimit = 64 * 1024

    private let settings: Settings

    init(_ surroundings: Surroundings) { settings = surroundings.settings }

    /// Nothing if the configuration names no place: there are no custom key stores then.
    func connectors() throws -> KeyStoreConnectors? {
        let (clusters, proxies) = (settings.server.clusters, settings.server.proxies)
        guard !clusters.isEmpty || !proxies.isEmpty else { return nil }
        // It names modules, which are programs, and who is trusted.
        if let distrust = settings.distrust { throw distrust }
        return KeyStoreConnectors(
            clusters: clusters.isEmpty ? nil : TokenClusters(try clusters.map(cluster)),
            proxies: proxies.isEmpty ? nil : try connector(proxies.map(proxy)))
    }

    private func cluster(_ settings: ClusterSettings) throws -> TokenCluster {
        let uri: TokenURI
        do throws(TokenURIError) { uri = try TokenURI(settings.uri) } catch {
            // Without the URI, which may hold a PIN.
            throw Failure(
                .configuration,
                "the uri of \(settings.id) in the configuration names no token (\(error))",
                "use pkcs11:token=LABEL, without a PIN")
        }
        let certificate = try TextFile(
            path: path(settings.trustAnchor), limit: Self.certificateLimit)
        return TokenCluster(
            id: settings.id, uri: uri, modulePath: settings.module?.utf8Text,
            trustAnchor: String(decoding: certificate.bytes, as: UTF8.self))
    }

    private func connector(_ proxies: [XKSProxySettings]) throws -> XKSProxies {
        do throws(TLSSettings.Failure) { return try XKSProxies(proxies) } catch {
            switch error {
            case .noCertificates(let path):
                throw Failure(
                    .configuration, "'\(path.displayText)' has no certificates in PEM",
                    "it is named in key-stores of the configuration")
            case .noPrivateKey(let path):
                throw Failure(
                    .configuration, "'\(path.displayText)' has no private key that can be used",
                    "it is named in key-stores of the configuration")
            }
        }
    }

    private func proxy(_ settings: KeyProxySettings) throws -> XKSProxySettings {
        var tls = TLSSettings(authorities: settings.authorities.map(path))
        if let chain = settings.clientCertificate, let key = settings.clientPrivateKey {
            tls.clientCertificate = TLSSettings.ClientCertificate(
                chain: path(chain), key: path(key))
        }
        let proxy = XKSProxySettings(
            endpoint: settings.endpoint, url: settings.url ?? settings.endpoint, tls: tls,
            timeout: settings.timeout.map { .milliseconds($0) } ?? XKSProxySettings.timeout)
        guard let proxy else {
            throw Failure(
                .configuration,
                "the url of \(settings.endpoint) in the configuration is none of a proxy",
                "use https://HOST or https://HOST:PORT: the path is the store's")
        }
        return proxy
    }

    private func path(_ text: String) -> FilePath {
        let path = FilePath(text: text)
        return settings.path?.directory.appending(component: path) ?? path
    }
}
