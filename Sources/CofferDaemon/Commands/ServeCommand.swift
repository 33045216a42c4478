import ArgumentParser
import CofferConfiguration
import FileIO
import Glibc
import KMSServer
import KMSService
import KeyProviders
import Logging
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the keystore over HTTP, until SIGTERM or SIGINT.",
        discussion: """
            cofferd serve
                HTTP on \(ServeOptions.defaultAddress), for this machine alone
            cofferd serve --listen 0.0.0.0:8443 --certificate tls.pem --private-key tls.key
            cofferd serve … --client-authority clients.pem
                mutual TLS, beside the signature that every request has

            GET /healthz says that it runs, /readyz that keys can be used; /metrics are
            for Prometheus. Log lines on standard error are JSON objects. At SIGTERM
            what was begun is answered, and the audit log is put on the medium.
            """)

    @OptionGroup var options: ServeOptions
    @Option(help: ArgumentHelp("debug, info, notice, warning or error.", valueName: "level"))
    var logLevel: String?
    @OptionGroup var place: PlaceOptions

    func run() async throws {
        let surroundings = try Surroundings(place)
        let settings = try options.settings(surroundings)
        let logger = try logger(surroundings)
        try Self.raiseDescriptorLimit(for: settings.maximumConnectionCount)
        let keyStores = try KeyStorePlaces(surroundings).connectors()
        let keystore = try surroundings.open(
            auditFileByteCount: options.auditFileByteCount(surroundings))
        let (served, keys) = keystore.served(keyStores: keyStores) { RequestKeys($0) }
        let metrics = PrometheusRegistry()
        let endpoint = KeyServiceEndpoint(
            service: served.service, credentials: served.credentials,
            securityTokens: served.securityTokens, clock: served.clock,
            requestsPerSecond: settings.requestsPerSecond, findObstacle: served.findObstacle,
            metrics: metrics, logger: logger)
        let scheme = settings.certificates == nil ? "http" : "https"
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        let server = try KeyServiceServer(
            settings, endpoint: endpoint, metrics: metrics, keys: keys, logger: logger
        ) { port in
            // For people and for scripts that wait for it.
            Console.note("serving \(scheme)://\(host):\(port)")
        }
        let timer = DueWorkTimer(
            service: served.service, clock: served.clock, requireRoot: served.requireRoot,
            logger: logger)
        var services = [ServiceGroupConfiguration.ServiceConfiguration(service: timer)]
        if keyStores?.proxies != nil {
            services.append(
                ServiceGroupConfiguration.ServiceConfiguration(
                    service: KeyStoreHealthTimer(
                        service: served.service, metrics: metrics, logger: logger)))
        }
        services.append(
            ServiceGroupConfiguration.ServiceConfiguration(
                service: server, successTerminationBehavior: .gracefullyShutdownGroup))
        // Stopped in the other order: the timers last.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: logger))
        SignalCleanup.hand(to: OrderlyStop(of: group))
        do {
            try await group.run()
        } catch {
            try keystore.close()
            throw error
        }
        do {
            try served.service.saveLastUses()
        } catch {
            // All else is whole, and the log has each use.
            logger.error("last uses not saved", metadata: ["cause": "\(error)"])
        }
        do {
            try keystore.close()
        } catch { throw surroundings.failure(error) }
        Console.note("stopped")
    }

    private func logger(_ surroundings: Surroundings) throws -> Logger {
        let text =
            logLevel ?? surroundings.environment.argument("COFFERD_LOG_LEVEL")
            ?? surroundings.settings.server.logLevel?.rawValue ?? "notice"
        guard DaemonSettings.LogLevel(rawValue: text) != nil,
            let level = Logger.Level(rawValue: text)
        else { throw Failure(.usage, "'\(Escaped.argument(text))' is no level of the log") }
        var logger = Logger(label: "cofferd", factory: { _ in JSONLog() })
        logger.logLevel = level
        return logger
    }

    /// One descriptor for each connection, and some for files.
    private static func raiseDescriptorLimit(for connections: Int) throws {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw Failure(.internal, "getrlimit failed: \(SystemError(errno).text)")
        }
        let wanted = rlim_t(connections + 64)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            limit.rlim_cur == wanted
        else {
            throw Failure(
                .configuration,
                "\(connections) connections need more open files than the limit of "
                    + "\(limit.rlim_max)", "raise it (ulimit -n), or give --connections")
        }
    }
}
