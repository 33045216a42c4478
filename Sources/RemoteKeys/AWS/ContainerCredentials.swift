internal import FileIO
internal import KMSWire
internal import SecretMemory

/// The credentials that ECS and EKS give to a container, from a service beside it.
struct ContainerCredentials: Sendable {
    private static let name = "container credentials"
    private static let timeout = Duration.seconds(2)
    private static let relativeVariable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let fullVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let tokenVariable = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    /// Where `http` may go besides this machine: ECS, and EKS by both protocols.
    private static let hosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

    private let endpoint: ServiceURL
    private let target: String
    private let environment: ProcessEnvironment
    private let transport: any HTTPTransport

    /// Nothing where the environment names no such service.
    init?(
        _ environment: ProcessEnvironment, transport: any HTTPTransport
    ) throws(AWSCredentialError) {
        self.environment = environment
        self.transport = transport
        if let target = environment.text(Self.relativeVariable) {
            guard let endpoint = ServiceURL("http://169.254.170.2"), target.hasPrefix("/"),
                Self.isTarget(target)
            else { throw .hostNotAllowed(variable: Self.relativeVariable) }
            self.endpoint = endpoint
            self.target = target
        } else if let text = environment.text(Self.fullVariable) {
            let scheme = text.utf8.starts(with: "https://".utf8) ? 8 : 7
            let end =
                text.utf8.dropFirst(scheme).firstIndex { "/?#".utf8.contains($0) } ?? text.endIndex
            guard let endpoint = ServiceURL(String(text[..<end])), Self.isTarget(text[end...]),
                endpoint.isPrivate || Self.hosts.contains(endpoint.host)
            else { throw .hostNotAllowed(variable: Self.fullVariable) }
            self.endpoint = endpoint
            target = (text[end...].hasPrefix("/") ? "" : "/") + text[end...]
        } else {
            return nil
        }
    }

    func credentials() throws(AWSCredentialError) -> AWSCredentials {
        var headers = [(name: "Accept", value: "application/json")]
        if let token = try token() { headers.append((name: "Authorization", value: token)) }
        let request = HTTPRequest(.get, endpoint, target: target, headers: headers)
        let answer: HTTPAnswer
        do throws(TransportError) {
            answer = try transport.send(request, deadline: .now + Self.timeout)
        } catch { throw .unreachable(service: Self.name, error) }
        guard answer.status == 200 else { throw .badAnswer(service: Self.name) }
        do throws(WireError) {
            return try AWSCredentials(
                try answer.body.withBytes(JSONObject.init), token: "Token",
                isExpirationNeeded: true)
        } catch { throw .badAnswer(service: Self.name) }
    }

    /// Read anew each time: the file changes while the container runs.
    private func token() throws(AWSCredentialError) -> String? {
        let token: String
        if let path = environment.path(Self.tokenVariable + "_FILE") {
            let text: SecretText
            do throws(FileError) {
                text = SecretText(
                    try SecretInput.content(of: InputFile(path: path), limit: 64 * 1024))
            } catch { throw .unreadable(error) }
            token = text.string(0..<text.count) ?? "\n"
        } else {
            guard let given = environment.text(Self.tokenVariable) else { return nil }
            token = given
        }
        // A line end would begin another header.
        guard token.utf8.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw .missing(Self.tokenVariable, profile: nil)
        }
        return token
    }

    private static func isTarget(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "#") }
    }
}
