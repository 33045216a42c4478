package import KMSDomain
package import PKCS11Token
package import SecretMemory
internal import Synchronization

/// Tokens under the names by which the API knows them: clusters of HSMs.
package struct TokenCluster: Sendable {
    package let id: String
    package let uri: TokenURI
    /// Overrides what the URI says of modules.
    package let modulePath: String?
    /// A certificate in PEM: who makes a store of the cluster has to know it.
    package let trustAnchor: String

    package init(id: String, uri: TokenURI, modulePath: String?, trustAnchor: String) {
        self.id = id
        self.uri = uri
        self.modulePath = modulePath
        self.trustAnchor = trustAnchor
    }
}

/// Custom key stores in tokens.
package struct TokenClusters: KeyStoreConnector {
    private let clusters: [String: TokenCluster]
    private let configuration: ModuleConfiguration

    /// - Parameter clusters: of two with one name the last counts.
    package init(_ clusters: [TokenCluster], configuration: ModuleConfiguration = .system) {
        self.clusters = Dictionary(clusters.map { ($0.id, $0) }) { $1 }
        self.configuration = configuration
    }

    package func verify(
        cluster id: String, trustAnchor: String
    ) throws(ClusterFailure) {
        guard let cluster = clusters[id] else { throw .notFound }
        guard Self.characters(cluster.trustAnchor) == Self.characters(trustAnchor) else {
            throw .incorrectTrustAnchor
        }
        do throws(TokenError) {
            _ = try token(cluster) { nil }
        } catch { throw .notActive }
    }

    package func connect(
        toCluster id: String, trustAnchor: String, secret: consuming SecretBytes
    ) throws(ConnectionFailure) -> any CustomKeyBackend {
        guard let cluster = clusters[id],
            Self.characters(cluster.trustAnchor) == Self.characters(trustAnchor)
        else { throw .clusterNotFound }
        let pin = OneTimePIN(secret)
        do throws(TokenError) {
            return try TokenKeyStore(token: token(cluster) { pin.take() })
        } catch { throw ConnectionFailure(error) }
    }

    private func token(
        _ cluster: TokenCluster, pin: @escaping Token.PINSource
    ) throws(TokenError) -> Token {
        try Token(
            uri: cluster.uri, modulePath: cluster.modulePath, configuration: configuration,
            pin: pin)
    }

    /// Line ends and blanks differ from file to file.
    private static func characters(_ certificate: String) -> [UInt8] {
        certificate.utf8.filter { $0 > 0x20 }
    }
}

/// Given once: what logs in again after a reset is what the token has kept, and nothing is left of it
/// after a logout.
private final class OneTimePIN: Sendable {
    private let pin: Mutex<SecretBytes?>

    init(_ pin: consuming SecretBytes) { self.pin = Mutex(pin) }

    func take() -> SecretBytes? { pin.withLock { $0.take() } }
}

extension ConnectionFailure {
    fileprivate init(_ error: TokenError) {
        switch error {
        case .pinWrong, .pinRequired: self = .invalidCredentials
        case .pinLocked: self = .userLockedOut
        case .pinUnusable: self = .userNotFound
        case .tokenNotFound, .tokenAmbiguous, .moduleNotLoaded, .notAModule, .moduleNotRegistered:
            self = .clusterNotFound
        case .tokenGone: self = .networkErrors
        case .keyNotFound, .keyAmbiguous, .keyHasNoID, .noUsableMechanism, .keyExtractable,
            .mechanismsMissing, .mechanismNotAllowed, .notAuthentic, .callFailed:
            self = .internalError
        }
    }
}
