package import FileIO

/// Whom to trust over TLS, and who to be. Certificates are always verified.
package struct TLSSettings: Hashable, Sendable {
    package struct ClientCertificate: Hashable, Sendable {
        /// PEM: the certificate, and those that lead to its root.
        package let chain: FilePath
        /// PEM, without a passphrase.
        package let key: FilePath

        package init(chain: FilePath, key: FilePath) {
            self.chain = chain
            self.key = key
        }
    }

    package enum Failure: Error, Equatable, Sendable {
        /// No PEM certificates there.
        case noCertificates(FilePath)
        /// No private key that can be used.
        case noPrivateKey(FilePath)
    }

    /// The certificates to trust, in one PEM file; without it those of the system.
    package var authorities: FilePath?
    package var clientCertificate: ClientCertificate?

    package init(authorities: FilePath? = nil, clientCertificate: ClientCertificate? = nil) {
        self.authorities = authorities
        self.clientCertificate = clientCertificate
    }
}
