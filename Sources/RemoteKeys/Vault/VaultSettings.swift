package import FileIO

/// Where Vault or OpenBao is, and how one signs in there: by the environment that their own tools
/// read. The BAO_ names come before the VAULT_ names.
package struct VaultSettings: Equatable, Sendable {
    package var address: ServiceURL
    package var namespace: String?
    package var tls: TLSSettings
    package var login: VaultLogin

    package init(
        address: ServiceURL, namespace: String? = nil, tls: TLSSettings = TLSSettings(),
        login: VaultLogin = .token
    ) {
        self.address = address
        self.namespace = namespace
        self.tls = tls
        self.login = login
    }

    package init(_ environment: ProcessEnvironment) throws(VaultError) {
        guard let text = environment.vault("ADDR") else { throw .notSet("VAULT_ADDR") }
        guard let address = ServiceURL(text), address.isPrivate else { throw .badAddress }
        self.address = address
        namespace = environment.vault("NAMESPACE")
        if let namespace, !namespace.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) {
            throw .notSet("VAULT_NAMESPACE")
        }
        tls = TLSSettings(authorities: environment.vault("CACERT").map(FilePath.init(text:)))
        if let chain = environment.vault("CLIENT_CERT") {
            guard let key = environment.vault("CLIENT_KEY") else {
                throw .notSet("VAULT_CLIENT_KEY")
            }
            tls.clientCertificate = .init(chain: FilePath(text: chain), key: FilePath(text: key))
        }
        login = try VaultLogin(environment)
    }
}

extension ProcessEnvironment {
    /// BAO_… or VAULT_….
    func vault(_ name: String) -> String? { text("BAO_" + name) ?? text("VAULT_" + name) }
}
