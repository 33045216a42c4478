internal import KMSWire

/// The role's credentials that an EC2 instance is given, by its metadata service, version 2 only.
struct InstanceMetadata: Sendable {
    private static let root = "/latest/meta-data/iam/security-credentials/"
    /// Off EC2 nobody answers, and nobody should have to wait for that.
    private static let timeout = Duration.seconds(1)

    private let endpoint: ServiceURL
    private let transport: any HTTPTransport

    /// Nothing where AWS_EC2_METADATA_DISABLED says so.
    init?(_ settings: AWSSettings, transport: any HTTPTransport) throws(AWSCredentialError) {
        if settings.environment.text("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" {
            return nil
        }
        let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
        let mode =
            settings.environment.text("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
            ?? settings.profile?["ec2_metadata_service_endpoint_mode"]
        let text =
            settings.environment.text(variable)
            ?? settings.profile?["ec2_metadata_service_endpoint"]
            ?? (mode?.lowercased() == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254")
        guard let endpoint = ServiceURL(text) else { throw .badEndpoint(source: variable) }
        self.endpoint = endpoint
        self.transport = transport
    }

    /// Nothing where there is no such service, or the instance has no role.
    func credentials() throws(AWSCredentialError) -> AWSCredentials? {
        guard let token = try token() else { return nil }
        let headers = [(name: "x-aws-ec2-metadata-token", value: token)]
        guard
            let list = try answer(HTTPRequest(.get, endpoint, target: Self.root, headers: headers))
        else { return nil }
        let line = (0..<list.count).prefix { list[$0] != 0x0A }
        guard let role = list.string(list.trimmed(line)), !role.isEmpty,
            role.utf8.allSatisfy(Self.isRoleByte)
        else { throw .badAnswer(service: Self.name) }
        guard
            let found = try answer(
                HTTPRequest(.get, endpoint, target: Self.root + role, headers: headers))
        else { throw .badAnswer(service: Self.name) }
        do throws(WireError) {
            let answer = try found.withBytes(JSONObject.init)
            guard try answer.text("Code") == "Success" else { throw .unknownValue(member: "Code") }
            return try AWSCredentials(answer, token: "Token", isExpirationNeeded: true)
        } catch { throw .badAnswer(service: Self.name) }
    }

    private static let name = "EC2 instance metadata"

    /// Nothing where nobody answers as version 2 does.
    private func token() throws(AWSCredentialError) -> String? {
        let request = HTTPRequest(
            .put, endpoint, target: "/latest/api/token",
            headers: [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: "300")])
        let answer: HTTPAnswer
        do throws(TransportError) {
            answer = try transport.send(request, deadline: .now + Self.timeout)
        } catch { return nil }
        guard answer.status == 200 else { return nil }
        guard let token = answer.body.string(0..<answer.body.count), !token.isEmpty,
            token.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { throw .badAnswer(service: Self.name) }
        return token
    }

    private func answer(
        _ request: borrowing HTTPRequest
    ) throws(AWSCredentialError) -> SecretText? {
        let answer: HTTPAnswer
        do throws(TransportError) {
            answer = try transport.send(request, deadline: .now + Self.timeout)
        } catch { throw .unreachable(service: Self.name, error) }
        switch answer.status {
        case 200: return answer.body
        case 404: return nil
        default: throw .badAnswer(service: Self.name)
        }
    }

    private static func isRoleByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "+=,.@-_".utf8.contains(byte)
        }
    }
}
