internal import AsyncHTTPClient
internal import FileIO
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import SecretMemory
internal import Synchronization

/// Requests over the network: HTTP/1.1, TLS verified, connections kept for the next request, no
/// redirect followed, nothing decompressed.
///
/// What passes through it is copied by the HTTP and TLS libraries into memory that is not wiped:
/// one reason why it runs in the agent, which never sees data.
package final class NetworkTransport: HTTPTransport {
    /// More than any answer that a key service has to give.
    package static let answerLimit = 1 << 20
    private static let connectTimeout = TimeAmount.seconds(5)
    private static let connectionsPerHost = 16
    /// One thread for all. With several, the library may see an answer before it has noted that the
    /// request is sent, tells the connection free only after whoever waits, and ends the process
    /// when the connection is gone by then (async-http-client 1.37.0, `releaseConnection`).
    private static let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private let configuration: HTTPClient.Configuration
    private let proxies: ProxySettings
    /// One client for each proxy, as the library knows only one at a time.
    private let clients = Mutex<[ProxySettings.Proxy?: HTTPClient]>([:])

    package init(
        tls: TLSSettings = TLSSettings(), proxies: ProxySettings
    ) throws(TLSSettings.Failure) {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: try Self.tlsConfiguration(tls), redirectConfiguration: .disallow,
            timeout: .init(connect: Self.connectTimeout), decompression: .disabled)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            Self.connectionsPerHost
        // A refused connection is told at once; whoever asked decides about another try.
        configuration.connectionPool.retryConnectionEstablishment = false
        self.configuration = configuration
        self.proxies = proxies
    }

    deinit {
        for client in clients.withLock({ $0.values }) {
            do { try client.syncShutdown() } catch {
                preconditionFailure("transport: the HTTP client does not close: \(error)")
            }
        }
    }

    package func send(
        _ request: borrowing HTTPRequest, deadline: ContinuousClock.Instant
    ) throws(TransportError) -> HTTPAnswer {
        let left = deadline - .now
        guard left > .zero else { throw .timedOut }
        let collector = AnswerCollector(limit: Self.answerLimit)
        do {
            let task = client(for: request.url).execute(
                request: try Self.message(request), delegate: collector,
                deadline: .now() + .nanoseconds(Int64(left / .nanoseconds(1))))
            try task.futureResult.wait()
        } catch { throw TransportError(error, limit: Self.answerLimit) }
        guard let answer = collector.answer() else { throw .connectionLost }
        return answer
    }

    private static func message(
        _ request: borrowing HTTPRequest
    ) throws -> HTTPClient.Request {
        let body: HTTPClient.Body?
        switch request.body {
        case .some(let bytes):
            body = .byteBuffer(
                bytes.withBytes { bytes in
                    unsafe bytes.withUnsafeBytes { unsafe ByteBuffer(bytes: $0) }
                })
        case nil: body = nil
        }
        return try HTTPClient.Request(
            url: request.url.text(appending: request.target),
            method: HTTPMethod(rawValue: request.method.rawValue),
            headers: HTTPHeaders(request.headers.map { ($0.name, $0.value) }), body: body)
    }

    private func client(for url: ServiceURL) -> HTTPClient {
        let proxy = proxies.proxy(for: url)
        return clients.withLock { clients in
            if let client = clients[proxy] { return client }
            var configuration = configuration
            configuration.proxy = proxy.map { proxy in
                .server(
                    host: proxy.host, port: proxy.port,
                    authorization: proxy.userInfo.map(Self.authorization))
            }
            let client = HTTPClient(
                eventLoopGroupProvider: .shared(Self.loops), configuration: configuration)
            clients[proxy] = client
            return client
        }
    }

    private static func authorization(_ userInfo: String) -> HTTPClient.Authorization {
        let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return .basic(
            username: String(parts[0]), password: parts.count == 2 ? String(parts[1]) : "")
    }

    private static func tlsConfiguration(
        _ settings: TLSSettings
    ) throws(TLSSettings.Failure) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .fullVerification
        configuration.minimumTLSVersion = .tlsv12
        if let file = settings.authorities {
            configuration.trustRoots = .certificates(try certificates(in: file))
        }
        if let certificate = settings.clientCertificate {
            configuration.certificateChain = try certificates(in: certificate.chain)
                .map { .certificate($0) }
            do {
                let key = try NIOSSLPrivateKey(
                    file: String(decoding: certificate.key.bytes, as: UTF8.self), format: .pem)
                configuration.privateKey = .privateKey(key)
            } catch { throw .noPrivateKey(certificate.key) }
        }
        return configuration
    }

    private static func certificates(
        in file: FilePath
    ) throws(TLSSettings.Failure) -> [NIOSSLCertificate] {
        do {
            let found = try NIOSSLCertificate.fromPEMFile(
                String(decoding: file.bytes, as: UTF8.self))
            guard !found.isEmpty else { throw TLSSettings.Failure.noCertificates(file) }
            return found
        } catch { throw .noCertificates(file) }
    }
}
