package import FileIO
internal import KMSModel
internal import KMSWire
package import KeyAgent
package import SecretMemory
internal import Synchronization

/// `aws-kms:` keys: of AWS KMS, or of whoever speaks its API.
///
///     aws-kms:arn:aws:kms:REGION:ACCOUNT:key/ID    aws-kms:alias/NAME    aws-kms:key/ID    aws-kms:ID
package final class AWSKMSService: AgentService {
    /// Another alias may have been put on another key meanwhile.
    private static let aliasLifetime = 60.0

    private struct Place: Hashable {
        let settings: AgentSettings
        let region: String
    }

    private struct State {
        var clients: [Place: AWSKMSClient] = [:]
        var names: [AgentReference: (arn: KeyARN, end: Double)] = [:]
    }

    package let scheme = "aws-kms"
    private let environment: ProcessEnvironment
    private let time: TimeSource
    private let policy: RetryPolicy
    private let transports = TransportPool()
    private let state = Mutex(State())

    /// `environment` is the agent's own: the one that may hold secrets.
    package init(
        environment: ProcessEnvironment, time: TimeSource = .system,
        policy: RetryPolicy = .standard
    ) {
        self.environment = environment
        self.time = time
        self.policy = policy
    }

    package func open(
        _ key: AgentReference, pin: consuming SecretBytes?
    ) throws(AgentFailure) -> any AgentKey {
        let given = KeyARN(key.name)
        guard given != nil || Self.isName(key.name) else {
            throw .misconfigured("\(key.name): no ARN, alias or id of a key")
        }
        let client = try client(key.settings, region: given?.region)
        let arn: KeyARN
        if let given, given.isKey {
            arn = given.inRegion(client.requester.region)
        } else {
            arn = try resolve(key, client)
        }
        return AWSKMSKey(
            arn: arn, displayName: key.name, client: client, timeout: key.settings.timeout)
    }

    package func call(
        _ operation: String, body: [UInt8], to service: AgentReference
    ) throws(AgentFailure) -> [UInt8] {
        guard let operation = KMSOperation(rawValue: operation) else {
            throw .unsupported(operation)
        }
        let client = try client(service.settings, region: KeyARN(service.name)?.region)
        do throws(AWSCallError) {
            return try client.call(
                operation, body: body, deadline: .now + service.settings.timeout)
        } catch {
            if case .refused(let refusal) = error {
                throw .refused(name: refusal.name, message: refusal.message)
            }
            throw AgentFailure(error, endpoint: client.requester.endpoint)
        }
    }

    package func lock() {
        let clients = state.withLock { state in
            defer { state = State() }
            return Array(state.clients.values)
        }
        for client in clients { client.forget() }
        transports.close()
    }

    /// What an alias or id stands for, by the service that is configured.
    private func resolve(
        _ key: AgentReference, _ client: AWSKMSClient
    ) throws(AgentFailure) -> KeyARN {
        let now = time.now()
        if let known = state.withLock({ $0.names[key] }), now < known.end { return known.arn }
        let name = key.name.hasPrefix("key/") ? String(key.name.dropFirst(4)) : key.name
        let response: DescribeKeyResponse
        do throws(AWSCallError) {
            response = try client.ask(
                DescribeKeyRequest(keyID: name), for: DescribeKeyResponse.self,
                deadline: .now + key.settings.timeout)
        } catch { throw AgentFailure(error, endpoint: client.requester.endpoint) }
        guard let arn = KeyARN(response.keyMetadata.arn), arn.isKey else {
            throw AgentFailure(.badAnswer, endpoint: client.requester.endpoint)
        }
        state.withLock { $0.names[key] = (arn, now + Self.aliasLifetime) }
        return arn
    }

    /// The client for these settings; it is kept with its credentials and connections.
    private func client(
        _ settings: AgentSettings, region arnRegion: String?
    ) throws(AgentFailure) -> AWSKMSClient {
        do throws(AWSCredentialError) {
            let own = environment.overlaid(with: settings.environment)
            let profile = settings[.credentialProfile]
            let aws = try Self.settings(own, profile)
            guard let region = settings[.region] ?? arnRegion ?? aws.region else {
                throw AWSCredentialError.noRegion
            }
            let place = Place(settings: settings, region: region)
            if let known = state.withLock({ $0.clients[place] }) { return known }
            let client = try makeClient(settings, aws, region) { () throws(AWSCredentialError) in
                try Self.settings(own, profile)
            }
            state.withLock { $0.clients[place] = client }
            return client
        } catch { throw AgentFailure(error) }
    }

    private static func settings(
        _ environment: ProcessEnvironment, _ profile: String?
    ) throws(AWSCredentialError) -> AWSSettings {
        try AWSSettings(
            environment: environment, profiles: try AWSProfiles(environment), profile: profile)
    }

    private func makeClient(
        _ settings: AgentSettings, _ aws: AWSSettings, _ region: String,
        freshSettings: @escaping @Sendable () throws(AWSCredentialError) -> AWSSettings
    ) throws(AWSCredentialError) -> AWSKMSClient {
        let endpoint: ServiceURL
        if let text = settings[.endpoint] {
            guard let url = ServiceURL(text), url.isPrivate else {
                throw .badEndpoint(source: "endpoint")
            }
            endpoint = url
        } else {
            endpoint = try aws.endpoint(of: .kms, region: region)
        }
        let transport = try transport(settings, aws)
        let localTransport = try Self.unwrapping { () throws(TLSSettings.Failure) in
            try transports.transport(tls: TLSSettings(), proxies: .none)
        }
        let (time, policy) = (time, policy)
        let chain = AWSCredentialChain(time: time) { () throws(AWSCredentialError) in
            AWSCredentialSources(
                settings: try freshSettings(), transport: transport,
                localTransport: localTransport, time: time, policy: policy)
        }
        let requester = AWSRequester(
            service: .kms, endpoint: endpoint, region: region, transport: transport, time: time,
            policy: policy)
        return AWSKMSClient(requester: requester, credentials: chain)
    }

    private func transport(
        _ settings: AgentSettings, _ aws: AWSSettings
    ) throws(AWSCredentialError) -> NetworkTransport {
        let file =
            settings[.certificateAuthority] ?? aws.environment.text("AWS_CA_BUNDLE")
            ?? aws.profile?["ca_bundle"]
        let proxies: ProxySettings
        do throws(ProxySettings.Failure) {
            proxies = try ProxySettings { aws.environment.text($0) }
        } catch {
            switch error {
            case .notAProxy(let variable): throw .badEndpoint(source: variable)
            }
        }
        return try Self.unwrapping { () throws(TLSSettings.Failure) in
            try transports.transport(
                tls: TLSSettings(authorities: file.map(FilePath.init(text:))), proxies: proxies)
        }
    }

    private static func unwrapping(
        _ make: () throws(TLSSettings.Failure) -> NetworkTransport
    ) throws(AWSCredentialError) -> NetworkTransport {
        do throws(TLSSettings.Failure) { return try make() } catch { throw .badTLS(error) }
    }

    /// An alias or id, without its ARN.
    private static func isName(_ name: String) -> Bool {
        KMSLimits.keyIDLength.contains(name.utf8.count) && !name.hasPrefix("arn:")
            && name.utf8.allSatisfy { 0x21...0x7E ~= $0 }
    }
}
