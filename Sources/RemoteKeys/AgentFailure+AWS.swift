internal import FileIO
internal import KeyAgent

extension AgentFailure {
    /// What a call to KMS failed with, in the agent's terms.
    init(_ error: AWSCallError, endpoint: ServiceURL) {
        let service = "AWS KMS at \(endpoint.authority)"
        switch error {
        case .credentials(let error): self.init(error)
        case .unreachable(let error): self = .unreachable("\(service): \(error.text)")
        case .busy(let refusal): self = .unreachable("\(service): \(refusal.text)")
        case .badAnswer: self = .unreachable("\(service): not an answer of KMS")
        case .signing(let error): self = .misconfigured("\(service): \(error)")
        case .refused(let refusal):
            switch refusal.name {
            case "NotFoundException": self = .noSuchKey
            case "InvalidCiphertextException", "IncorrectKeyException": self = .notOpened
            default: self = .denied("\(service): \(refusal.text)")
            }
        }
    }

    init(_ error: AWSCredentialError) {
        switch error {
        case .refused(let service, let name): self = .denied("\(service): \(name)")
        case .unreachable(let service, let error): self = .unreachable("\(service): \(error.text)")
        case .badAnswer(let service): self = .unreachable("\(service): not an answer of it")
        case .expired: self = .denied("credentials expired")
        default: self = .misconfigured(error.text)
        }
    }
}

extension AWSRefusal {
    /// The error's name, and the service's own words.
    fileprivate var text: String {
        let name = name.isEmpty ? "HTTP \(status)" : name
        return message.map { "\(name): \($0.prefix(300))" } ?? name
    }
}

extension AWSCredentialError {
    fileprivate var text: String {
        switch self {
        case .notFound: "no AWS credentials found"
        case .missing(let name, nil): "\(name) is missing"
        case .missing(let name, let profile?): "profile \(profile): \(name) is missing"
        case .noSuchProfile(let name): "profile \(name) does not exist"
        case .unreadable(let error): "\(error)"
        case .malformed(let path, let line): "\(path.displayText): line \(line)"
        case .twoSources(let profile):
            "profile \(profile): both source_profile and credential_source"
        case .profileLoop(let profile): "profile \(profile): source_profile leads back to it"
        case .needsMFA(let profile):
            "profile \(profile): mfa_serial is not supported, use credential_process"
        case .needsCredentialProcess(let profile, let option):
            "profile \(profile): \(option) is not supported, use credential_process"
        case .unknownCredentialSource(let name, let profile):
            "profile \(profile): credential_source \(name)"
        case .process(let failure, let profile):
            "profile \(profile): credential_process: \(failure)"
        case .hostNotAllowed(let variable): "\(variable): address not allowed"
        case .badEndpoint(let source): "\(source): not an https URL, nor http to this machine"
        case .badTLS(.noCertificates(let path)): "\(path.displayText): no certificates"
        case .badTLS(.noPrivateKey(let path)): "\(path.displayText): no private key"
        case .noRegion: "no region: AWS_REGION, or the region of a profile"
        case .refused(let service, let name): "\(service): \(name)"
        case .unreachable(let service, let error): "\(service): \(error.text)"
        case .badAnswer(let service): service
        case .expired: "credentials expired"
        }
    }
}

extension TransportError {
    /// For a person, after the service's name.
    var text: String {
        switch self {
        case .hostNotFound(let host): "host \(host) not found"
        case .cannotConnect(let number): "cannot connect (errno \(number))"
        case .tls(.certificateNotTrusted): "its certificate is not trusted"
        case .tls(.otherHost): "its certificate is another host's"
        case .tls(.handshake(let words)): "TLS: \(words)"
        case .proxyRefused: "the proxy refused"
        case .connectionLost: "the connection was lost"
        case .timedOut: "no answer in time"
        case .answerTooLarge(let limit): "an answer of more than \(limit) bytes"
        case .notHTTP: "it does not speak HTTP"
        case .notARequest: "a header or path holds characters that it may not"
        case .other(let words): words
        }
    }
}
