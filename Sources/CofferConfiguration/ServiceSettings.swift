/// How to reach the keys whose ARN or URI begins with a prefix.
package struct ServiceSettings: Equatable, Sendable {
    package let arnPrefix: String
    package let endpoint: String?
    package let region: String?
    /// A profile of the AWS configuration files.
    package let credentialProfile: String?
    /// A namespace of Vault.
    package var namespace: String?
    /// A file of certificates that are trusted instead of the system's.
    package var certificateAuthority: String?
    /// The path of a PKCS#11 module; counts only if ``Settings/distrust`` is nil.
    package var module: String?
    /// RSA-OAEP with SHA-1 may be used.
    package var allowsSHA1 = false

    package init(
        arnPrefix: String, endpoint: String?, region: String?, credentialProfile: String?
    ) {
        self.arnPrefix = arnPrefix
        self.endpoint = endpoint
        self.region = region
        self.credentialProfile = credentialProfile
    }
}
