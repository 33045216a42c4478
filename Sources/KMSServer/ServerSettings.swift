/// How the server listens.
package struct ServerSettings: Equatable, Sendable {
    package struct Certificates: Equatable, Sendable {
        /// PEM: the server's certificate and what is between it and its root.
        package let chainFile: String
        /// PEM.
        package let keyFile: String
        /// PEM: whoever has no certificate of one of these is not let in.
        package let clientAuthorityFile: String?

        package init(chainFile: String, keyFile: String, clientAuthorityFile: String?) {
            self.chainFile = chainFile
            self.keyFile = keyFile
            self.clientAuthorityFile = clientAuthorityFile
        }
    }

    package var host: String
    /// 0 for any that is free.
    package var port: Int
    /// Nothing for plain HTTP.
    package var certificates: Certificates?
    /// Of each account; nothing for no limit.
    package var requestsPerSecond: Int?
    package var maximumConnectionCount = 16_384
    /// For a connection without a request, and one that does not come to the end of its header.
    package var idleTimeoutInSeconds = 30
    /// From the end of the header to the end of the body.
    package var bodyTimeoutInSeconds = 10

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
