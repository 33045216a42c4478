internal import CoreMetrics
internal import HummingbirdCore
internal import HummingbirdTLS
package import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import ServiceLifecycle

/// The key service over HTTP/1.1, with TLS where there are certificates.
package struct KeyServiceServer: Service {
    package enum Failure: Error, Equatable, Sendable {
        /// A file of certificates or the key, or what they say together.
        case certificates(detail: String)
        /// The address cannot be listened on.
        case cannotListen(errno: Int32)
    }

    private let settings: ServerSettings
    private let endpoint: KeyServiceEndpoint
    private let metrics: PrometheusRegistry
    private let keys: RequestKeys
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void

    /// - Parameters:
    ///   - keys: the audit log that the endpoint's service writes to.
    ///   - onListening: called once the port is open.
    /// - Throws: ``Failure/certificates(detail:)``
    package init(
        _ settings: ServerSettings, endpoint: KeyServiceEndpoint, metrics: PrometheusRegistry,
        keys: RequestKeys, logger: Logger, onListening: @escaping @Sendable (_ port: Int) -> Void
    ) throws(Failure) {
        self.settings = settings
        self.endpoint = endpoint
        self.metrics = metrics
        self.keys = keys
        self.logger = logger
        self.onListening = onListening
        // Found out before the port is opened.
        if let certificates = settings.certificates { try Self.check(certificates) }
    }

    /// Whether certificates and key can be read and belong together.
    package static func check(
        _ certificates: ServerSettings.Certificates
    ) throws(Failure) {
        do {
            _ = try NIOSSLContext(configuration: configuration(certificates))
        } catch {
            throw .certificates(detail: "\(error)")
        }
    }

    /// Serves until the service group is told to stop; then what was begun is answered first.
    package func run() async throws {
        let front = HTTPFront(
            endpoint: endpoint, eventLoops: MultiThreadedEventLoopGroup.singleton,
            metrics: RequestMetrics(factory: metrics), keys: keys,
            isOverTLS: settings.certificates != nil, logger: logger)
        let connections = ConnectionChannel(
            front: front, idleTimeout: .seconds(Int64(settings.idleTimeoutInSeconds)),
            bodyTimeout: .seconds(Int64(settings.bodyTimeoutInSeconds)))
        let server =
            if let certificates = settings.certificates {
                server(
                    try TLSChannel(
                        connections, tlsConfiguration: Self.configuration(certificates)))
            } else {
                server(connections)
            }
        do {
            try await server.run()
            try await front.lanes.close()
        } catch let error as IOError {
            throw Failure.cannotListen(errno: error.errnoCode)
        }
    }

    private func server(_ connections: some ServerChildChannel) -> any Service {
        connections.server(
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: settings.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(
                    settings.maximumConnectionCount, logger: logger)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
    }

    private static func configuration(
        _ certificates: ServerSettings.Certificates
    ) throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMFile(certificates.chainFile)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(
                try NIOSSLPrivateKey(file: certificates.keyFile, format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let authority = certificates.clientAuthorityFile {
            configuration.trustRoots = .file(authority)
            // Who it is shows its signature; the certificate shows that it may ask at all.
            configuration.certificateVerification = .noHostnameVerification
        }
        return configuration
    }
}
