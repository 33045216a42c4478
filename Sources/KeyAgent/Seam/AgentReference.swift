/// A key or service as local configuration and the command line name it: never a container.
package struct AgentReference: Hashable, Sendable {
    /// With its scheme: `aws-kms:alias/backup`, `vault:transit/backup`, `pkcs11:token=hsm;object=k`.
    package let uri: String
    package let settings: AgentSettings

    package init(uri: String, settings: AgentSettings = AgentSettings()) {
        self.uri = uri
        self.settings = settings
    }

    package var scheme: String { String(uri.prefix { $0 != ":" }) }

    /// What stands behind the scheme and its colon.
    package var name: String { String(uri.dropFirst(scheme.count + 1)) }
}

/// What local configuration says about reaching a key.
package struct AgentSettings: Hashable, Sendable {
    /// The names on the wire are the raw values. A value is text; `true` where it is a switch.
    package enum Name: String, CaseIterable, Sendable {
        /// The service's URL.
        case endpoint
        case region
        /// A profile of the AWS configuration files.
        case credentialProfile = "credential-profile"
        /// A namespace of Vault.
        case namespace
        /// A file of certificates that are trusted instead of the system's.
        case certificateAuthority = "ca-file"
        /// The path of a PKCS#11 module.
        case module
        /// RSA-OAEP with SHA-1 may be used.
        case allowsSHA1 = "allow-sha1"
    }

    package var values: [Name: String]

    /// Public variables of the asking program's environment, such as AWS_PROFILE; they count before
    /// the agent's own environment, which for an agent of the session is that of its start.
    package var environment: [String: String]

    /// How long one call may take, retries and all.
    package var timeout: Duration

    package static let defaultTimeout = Duration.seconds(20)

    package init(
        _ values: [Name: String] = [:], environment: [String: String] = [:],
        timeout: Duration = AgentSettings.defaultTimeout
    ) {
        self.values = values
        self.environment = environment
        self.timeout = timeout
    }

    package subscript(name: Name) -> String? { values[name] }

    package var allowsSHA1: Bool { values[.allowsSHA1] == "true" }

    /// The variables that ``environment`` may hold. None of them is a secret, names a program or
    /// names a module; some name files that hold secrets, which the agent reads as the same user.
    package static let publicVariables = [
        "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL_STS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT", "AWS_CA_BUNDLE", "AWS_MAX_ATTEMPTS",
        "VAULT_ADDR", "BAO_ADDR", "VAULT_NAMESPACE", "BAO_NAMESPACE", "VAULT_CACERT", "BAO_CACERT",
        "VAULT_CLIENT_CERT", "BAO_CLIENT_CERT", "VAULT_CLIENT_KEY", "BAO_CLIENT_KEY",
        "COFFER_VAULT_LOGIN", "VAULT_AUTH_PATH", "VAULT_ROLE", "VAULT_ROLE_ID",
        "VAULT_SECRET_ID_FILE", "VAULT_K8S_TOKEN_PATH",
        "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy",
    ]

    /// Those of them that name files. Their values are absolute, or begin with `~/` as AWS's may: an
    /// agent runs in another directory than the program that asks.
    package static let pathVariables: Set = [
        "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE", "VAULT_CACERT",
        "BAO_CACERT", "VAULT_CLIENT_CERT", "BAO_CLIENT_CERT", "VAULT_CLIENT_KEY", "BAO_CLIENT_KEY",
        "VAULT_SECRET_ID_FILE", "VAULT_K8S_TOKEN_PATH",
    ]
}
