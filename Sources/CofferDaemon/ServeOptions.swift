import ArgumentParser
import CofferConfiguration
import FileIO
import KMSServer

/// How the server listens: the command line, else the environment, else the configuration file.
struct ServeOptions: ParsableArguments {
    static let defaultAddress = "127.0.0.1:8443"
    static let defaultAuditFileByteCount = 256 << 20

    @Option(
        help: ArgumentHelp(
            "The address and port; \(ServeOptions.defaultAddress) by default, port 0 for any.",
            valueName: "host:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp("TLS: the certificate chain, PEM.", valueName: "file"),
        completion: .file())
    var certificate: String?

    @Option(
        help: ArgumentHelp("TLS: the private key, PEM.", valueName: "file"), completion: .file())
    var privateKey: String?

    @Option(
        help: ArgumentHelp(
            "TLS: let nobody in without a certificate of one of these, PEM.", valueName: "file"),
        completion: .file())
    var clientAuthority: String?

    @Flag(help: "Serve HTTP without TLS on an address that others reach.")
    var plainHTTP = false

    @Option(
        help: ArgumentHelp("Requests a second of each account.", valueName: "number"))
    var rateLimit: Int?

    @Option(help: ArgumentHelp("Connections at once.", valueName: "number"))
    var connections: Int?

    @Option(
        help: ArgumentHelp(
            "How long a file of the audit log gets before it goes on in a new one; 256M.",
            valueName: "size"))
    var auditFileSize: String?

    func auditFileByteCount(_ surroundings: Surroundings) throws -> Int {
        guard let text = auditFileSize else {
            return surroundings.settings.server.auditFileByteCount
                ?? Self.defaultAuditFileByteCount
        }
        guard let count = DaemonSettings.auditFileByteCount(text) else {
            throw Failure(
                .usage, "'\(Escaped.argument(text))' is no size of a file of the audit log",
                "use 128K to 1T, such as 256M")
        }
        return count
    }

    func settings(_ surroundings: Surroundings) throws -> ServerSettings {
        let configured = surroundings.settings.server
        let environment = surroundings.environment
        let text =
            listen ?? environment.argument("COFFERD_LISTEN") ?? configured.listen?.text
            ?? Self.defaultAddress
        guard let address = DaemonSettings.Address(text) else {
            throw Failure(
                .usage, "'\(Escaped.argument(text))' is no address to listen on",
                "give host and port: \(Self.defaultAddress)")
        }
        var settings = ServerSettings(host: address.host, port: address.port)
        settings.certificates = try certificates(surroundings)
        settings.requestsPerSecond = rateLimit ?? configured.rateLimit
        if let rate = settings.requestsPerSecond, rate < 1 {
            throw Failure(.usage, "a rate limit is at least one request a second")
        }
        settings.maximumConnectionCount =
            connections ?? configured.maximumConnections ?? settings.maximumConnectionCount
        guard DaemonSettings.connectionCounts.contains(settings.maximumConnectionCount) else {
            throw Failure(.usage, "there has to be room for a connection")
        }
        if settings.certificates == nil, !address.isLoopback,
            !(plainHTTP || configured.allowsPlainHTTP == true)
        {
            throw Failure(
                .usage,
                "'\(Escaped.text(address.text))' can be reached by others, and there is no TLS",
                "give --certificate and --private-key",
                "behind a proxy that has TLS: --plain-http")
        }
        return settings
    }

    private func certificates(
        _ surroundings: Surroundings
    ) throws -> ServerSettings.Certificates? {
        let configured = surroundings.settings.server
        let folder = surroundings.settings.path?.directory
        func file(_ option: String?, _ variable: String, _ setting: String?) throws -> String? {
            if let option { return option }
            if let value = surroundings.environment.argument(variable) { return value }
            return setting.map { text in
                let path = FilePath(text: text)
                return folder?.appending(component: path).utf8Text ?? text
            }
        }
        let chain = try file(certificate, "COFFERD_CERTIFICATE", configured.certificate)
        let key = try file(privateKey, "COFFERD_PRIVATE_KEY", configured.privateKey)
        let authority = try file(
            clientAuthority, "COFFERD_CLIENT_AUTHORITY", configured.clientAuthority)
        switch (chain, key) {
        case (let chain?, let key?):
            return ServerSettings.Certificates(
                chainFile: chain, keyFile: key, clientAuthorityFile: authority)
        case (nil, nil):
            guard authority == nil else {
                throw Failure(
                    .usage, "a client authority without TLS",
                    "give --certificate and --private-key")
            }
            return nil
        default:
            throw Failure(
                .usage, "certificate and private key belong together",
                "give both --certificate and --private-key")
        }
    }
}
