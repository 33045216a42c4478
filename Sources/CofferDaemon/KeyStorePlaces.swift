import CofferConfiguration
import FileIO
import KMSDomain
import PKCS11Token
import TokenKeys

/// Where keys of custom key stores may be, by the configuration.
struct KeyStorePlaces {
    private static let certificateLimit = 64 * 1024

    private let settings: Settings

    init(_ surroundings: Surroundings) { settings = surroundings.settings }

    /// Nothing if the configuration names none: there are no custom key stores then.
    func connector() throws -> (any KeyStoreConnector)? {
        let clusters = settings.server.clusters
        guard !clusters.isEmpty else { return nil }
        // It names modules, which are programs.
        if let distrust = settings.distrust { throw distrust }
        return TokenClusters(try clusters.map(cluster))
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
        return TokenCluster(
            id: settings.id, uri: uri, modulePath: settings.module?.utf8Text,
            trustAnchor: try certificate(settings.trustAnchor))
    }

    private func certificate(_ text: String) throws -> String {
        let path = FilePath(text: text)
        let file = settings.path?.directory.appending(component: path) ?? path
        let content = try TextFile(InputFile(path: file), limit: Self.certificateLimit)
        return String(decoding: content.bytes, as: UTF8.self)
    }
}
