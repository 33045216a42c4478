package import FileIO

/// What the environment and the shared files say about regions and endpoints, for one profile.
package struct AWSSettings: Sendable {
    package let environment: ProcessEnvironment
    package let profiles: AWSProfiles
    /// The profile that counts; nothing if none is named and there is no `default`.
    package let profile: AWSProfile?
    /// Whether Coffer's configuration named the profile: then the environment's keys do not count.
    package let isProfileGiven: Bool

    /// `profile` is the one of Coffer's configuration; AWS_PROFILE names it otherwise.
    package init(
        environment: ProcessEnvironment, profiles: AWSProfiles, profile given: String? = nil
    ) throws(AWSCredentialError) {
        self.environment = environment
        self.profiles = profiles
        isProfileGiven = given != nil
        let name =
            given ?? environment.text("AWS_PROFILE") ?? environment.text("AWS_DEFAULT_PROFILE")
        profile = profiles[name ?? "default"]
        if let name, profile == nil { throw .noSuchProfile(name) }
    }

    package var region: String? {
        environment.text("AWS_REGION") ?? environment.text("AWS_DEFAULT_REGION")
            ?? profile?["region"]
    }

    /// Where `service` is reached in `region`.
    ///
    /// - Throws: ``AWSCredentialError/badEndpoint(source:)`` for a URL that is none, or `http` to
    ///   another machine.
    package func endpoint(
        of service: AWSService, region: String
    ) throws(AWSCredentialError) -> ServiceURL {
        if let (text, source) = configuredEndpoint(of: service) {
            guard let url = ServiceURL(text), url.isPrivate else {
                throw .badEndpoint(source: source)
            }
            return url
        }
        let isFIPS = isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
        let isDualStack = isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        let partition = AWSPartition(region: region)
        let name = service.hostPrefix + (isFIPS ? "-fips" : "")
        let suffix = isDualStack ? partition.dualStackSuffix : partition.dnsSuffix
        guard KeyARN.isLabel(region), let url = ServiceURL("https://\(name).\(region).\(suffix)")
        else { throw .badEndpoint(source: "region") }
        return url
    }

    /// The endpoint that somebody wrote down, and where.
    private func configuredEndpoint(
        of service: AWSService
    ) -> (text: String, source: String)? {
        guard !isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")
        else { return nil }
        for name in ["AWS_ENDPOINT_URL_" + service.environmentSuffix, "AWS_ENDPOINT_URL"] {
            if let text = environment.text(name) { return (text, name) }
        }
        if let section = profile?["services"].flatMap(profiles.services),
            let text = section.nested(service.hostPrefix)?["endpoint_url"], !text.isEmpty
        {
            return (text, "endpoint_url")
        }
        return profile?["endpoint_url"].map { ($0, "endpoint_url") }
    }

    func isOn(_ variable: String, _ option: String) -> Bool {
        (environment.text(variable) ?? profile?[option])?.lowercased() == "true"
    }
}

/// A service of AWS that Coffer asks.
package enum AWSService: String, Sendable {
    case kms
    case sts

    /// Also the name that requests are signed for.
    package var hostPrefix: String { rawValue }
    var environmentSuffix: String { rawValue.uppercased() }
}

extension ProcessEnvironment {
    /// The value as text; nothing where it is unset, empty or no UTF-8.
    package func text(_ name: String) -> String? {
        self[name].flatMap { String(validating: $0, as: UTF8.self) }
    }
}
