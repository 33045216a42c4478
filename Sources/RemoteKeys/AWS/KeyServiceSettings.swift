/// An entry of `services` in Coffer's configuration: how keys are reached whose ARN begins so.
package struct KeyServiceSettings: Equatable, Sendable {
    package let arnPrefix: String
    package let endpoint: ServiceURL?
    package let region: String?
    /// A profile of the shared files. With it, credentials come from nowhere else.
    package let profile: String?

    package init(arnPrefix: String, endpoint: ServiceURL?, region: String?, profile: String?) {
        self.arnPrefix = arnPrefix
        self.endpoint = endpoint
        self.region = region
        self.profile = profile
    }
}

extension [KeyServiceSettings] {
    /// The entry with the longest prefix of `arn`.
    package func settings(for arn: String) -> KeyServiceSettings? {
        filter { arn.utf8.starts(with: $0.arnPrefix.utf8) }
            .max { $0.arnPrefix.utf8.count < $1.arnPrefix.utf8.count }
    }
}
