package import FileIO

/// How a token for Vault or OpenBao is come by.
package enum VaultLogin: Equatable, Sendable {
    /// BAO_TOKEN, VAULT_TOKEN, or what the command line tool left in `~/.vault-token`.
    case token
    /// A role and its secret, at the mount of the auth method.
    case appRole(mount: String, roleID: String, secret: SecretSource)
    /// A service account's token, for a role.
    case kubernetes(mount: String, role: String, tokenFile: FilePath)
    /// The client certificate of the TLS connection; `role` picks one of several that match it.
    case certificate(mount: String, role: String?)

    package enum SecretSource: Equatable, Sendable {
        case file(FilePath)
        case variable(String)
    }

    /// COFFER_VAULT_LOGIN names the way: `token` (also if it is unset), `approle` with VAULT_ROLE_ID
    /// and VAULT_SECRET_ID or VAULT_SECRET_ID_FILE, `kubernetes` with VAULT_ROLE and
    /// VAULT_K8S_TOKEN_PATH, `cert` with VAULT_ROLE if wanted. VAULT_AUTH_PATH is the mount.
    package init(_ environment: ProcessEnvironment) throws(VaultError) {
        let mount = environment.text("VAULT_AUTH_PATH")
        switch environment.text("COFFER_VAULT_LOGIN") {
        case nil, "token": self = .token
        case "approle":
            guard let roleID = environment.text("VAULT_ROLE_ID") else {
                throw .notSet("VAULT_ROLE_ID")
            }
            let file = environment.path("VAULT_SECRET_ID_FILE").map { SecretSource.file($0) }
            self = .appRole(
                mount: mount ?? "approle", roleID: roleID,
                secret: file ?? .variable("VAULT_SECRET_ID"))
        case "kubernetes":
            guard let role = environment.text("VAULT_ROLE") else { throw .notSet("VAULT_ROLE") }
            self = .kubernetes(
                mount: mount ?? "kubernetes", role: role,
                tokenFile: environment.path("VAULT_K8S_TOKEN_PATH")
                    ?? FilePath(text: "/var/run/secrets/kubernetes.io/serviceaccount/token"))
        case "cert":
            self = .certificate(mount: mount ?? "cert", role: environment.text("VAULT_ROLE"))
        default: throw .notSet("COFFER_VAULT_LOGIN")
        }
    }
}
