internal import FileIO
internal import SecretMemory

/// Where credentials come from, in the order of AWS's own SDKs: environment, the profile's role,
/// web identity, the profile's keys, its process, container, instance.
struct AWSCredentialSources: Sendable {
    private static let tokenLimit = 64 * 1024

    let settings: AWSSettings
    /// As the proxies say.
    let transport: any HTTPTransport
    /// Past all proxies, to services beside or below this machine.
    let localTransport: any HTTPTransport
    let time: TimeSource
    let policy: RetryPolicy

    func load(_ deadline: ContinuousClock.Instant) throws(AWSCredentialError) -> AWSCredentials {
        var visited: Set<String> = []
        if settings.isProfileGiven, let profile = settings.profile {
            guard let found = try fromProfile(profile, &visited, deadline) else {
                throw .notFound
            }
            return found
        }
        if let found = try fromEnvironment() { return found }
        if let profile = settings.profile, Self.assumesRole(profile) {
            return try assumeRole(of: profile, &visited, deadline)
        }
        if let found = try fromWebIdentity(deadline) { return found }
        if let profile = settings.profile,
            let found = try fromProfile(profile, &visited, deadline)
        {
            return found
        }
        if let found = try fromContainer() { return found }
        if let found = try fromInstance() { return found }
        throw .notFound
    }

    private func fromEnvironment() throws(AWSCredentialError) -> AWSCredentials? {
        let environment = settings.environment
        guard let accessKeyID = environment.text("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
            throw .missing("AWS_SECRET_ACCESS_KEY", profile: nil)
        }
        return AWSCredentials(
            accessKeyID: accessKeyID,
            secretAccessKey: unsafe SecretBytes(copying: secret.span.bytes),
            sessionToken: environment.text("AWS_SESSION_TOKEN"))
    }

    private func fromContainer() throws(AWSCredentialError) -> AWSCredentials? {
        try ContainerCredentials(settings.environment, transport: localTransport)?.credentials()
    }

    private func fromInstance() throws(AWSCredentialError) -> AWSCredentials? {
        try InstanceMetadata(settings, transport: localTransport)?.credentials()
    }

    // MARK: Profiles

    private static func assumesRole(_ profile: AWSProfile) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    /// What the profile itself brings; nothing where it brings nothing.
    private func fromProfile(
        _ profile: AWSProfile, _ visited: inout Set<String>, _ deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials? {
        if Self.assumesRole(profile) { return try assumeRole(of: profile, &visited, deadline) }
        if let file = profile["web_identity_token_file"] {
            guard let arn = profile["role_arn"] else {
                throw .missing("role_arn", profile: profile.name)
            }
            return try webIdentity(
                FilePath(text: file), role(arn, session: profile["role_session_name"]), deadline)
        }
        if let found = try keys(of: profile) { return found }
        if let command = profile["credential_process"] {
            do throws(CredentialProcess.Failure) {
                return try CredentialProcess.credentials(
                    command: command, environment: settings.environment)
            } catch { throw .process(error, profile: profile.name) }
        }
        for option in ["sso_session", "sso_start_url", "login_session"]
        where profile[option] != nil {
            throw .needsCredentialProcess(profile: profile.name, option: option)
        }
        return nil
    }

    private func keys(of profile: AWSProfile) throws(AWSCredentialError) -> AWSCredentials? {
        guard let accessKeyID = profile["aws_access_key_id"] else { return nil }
        guard let secret = profile.secret("aws_secret_access_key") else {
            throw .missing("aws_secret_access_key", profile: profile.name)
        }
        return AWSCredentials(
            accessKeyID: accessKeyID, secretAccessKey: secret,
            sessionToken: profile["aws_session_token"])
    }

    private func assumeRole(
        of profile: AWSProfile, _ visited: inout Set<String>, _ deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        guard let arn = profile["role_arn"] else {
            throw .missing("role_arn", profile: profile.name)
        }
        guard profile["mfa_serial"] == nil else { throw .needsMFA(profile: profile.name) }
        guard visited.insert(profile.name).inserted else { throw .profileLoop(profile.name) }
        var role = role(arn, session: profile["role_session_name"])
        role.externalID = profile["external_id"]
        role.durationSeconds = profile["duration_seconds"].flatMap { Int($0) }
        let source = try sourceCredentials(of: profile, &visited, deadline)
        let client = try STSClient(settings, transport: transport, time: time, policy: policy)
        return try client.assumeRole(role, with: source, deadline: deadline)
    }

    /// The credentials that may assume the profile's role.
    private func sourceCredentials(
        of profile: AWSProfile, _ visited: inout Set<String>, _ deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        let found: AWSCredentials?
        switch (profile["source_profile"], profile["credential_source"]) {
        case (.some, .some): throw .twoSources(profile: profile.name)
        case (nil, nil): throw .missing("source_profile", profile: profile.name)
        case (let name?, nil):
            guard let source = settings.profiles[name] else { throw .noSuchProfile(name) }
            // A profile may name itself, or one of a loop, if it has keys of its own.
            if let keys = try keys(of: source) {
                found = keys
            } else {
                found = try fromProfile(source, &visited, deadline)
            }
        case (nil, "Environment"): found = try fromEnvironment()
        case (nil, "EcsContainer"): found = try fromContainer()
        case (nil, "Ec2InstanceMetadata"): found = try fromInstance()
        case (nil, let name?): throw .unknownCredentialSource(name, profile: profile.name)
        }
        guard let found else { throw .notFound }
        return found
    }

    // MARK: Web identity

    private func fromWebIdentity(
        _ deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials? {
        let environment = settings.environment
        guard let file = environment.path("AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
        guard let arn = environment.text("AWS_ROLE_ARN") else {
            throw .missing("AWS_ROLE_ARN", profile: nil)
        }
        return try webIdentity(
            file, role(arn, session: environment.text("AWS_ROLE_SESSION_NAME")), deadline)
    }

    private func webIdentity(
        _ file: FilePath, _ role: STSClient.Role, _ deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        let token: SecretText
        do throws(FileError) {
            token = SecretText(
                try SecretInput.content(of: InputFile(path: file), limit: Self.tokenLimit))
        } catch { throw .unreadable(error) }
        let client = try STSClient(settings, transport: transport, time: time, policy: policy)
        return try client.assumeRoleWithWebIdentity(role, token: token, deadline: deadline)
    }

    private func role(_ arn: String, session: String?) -> STSClient.Role {
        STSClient.Role(arn: arn, sessionName: session ?? "coffer-\(Int(time.now()))")
    }
}
