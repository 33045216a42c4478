/// How to reach the key service for ARNs that begin with a prefix.
package struct ServiceSettings: Equatable, Sendable {
    package let arnPrefix: String
    package let endpoint: String?
    package let region: String?
    /// A profile of the AWS configuration files.
    package let credentialProfile: String?
}
