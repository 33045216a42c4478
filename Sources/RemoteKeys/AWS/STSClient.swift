internal import FileIO
internal import SecretMemory

/// AWS's Security Token Service: keys for a role, by other keys or by a web identity.
struct STSClient: Sendable {
    struct Role: Sendable {
        let arn: String
        let sessionName: String
        var externalID: String?
        var durationSeconds: Int?
    }

    private let requester: AWSRequester

    /// Without a region it is the one endpoint of before there were regions.
    init(
        _ settings: AWSSettings, transport: any HTTPTransport, time: TimeSource,
        policy: RetryPolicy
    ) throws(AWSCredentialError) {
        let region = settings.region ?? "us-east-1"
        requester = AWSRequester(
            service: .sts, endpoint: try settings.endpoint(of: .sts, region: region),
            region: region, transport: transport, time: time, policy: policy)
    }

    func assumeRole(
        _ role: Role, with credentials: AWSCredentials, deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        var form = Self.form("AssumeRole", role)
        if let externalID = role.externalID {
            form.append("&ExternalId=" + Self.escape(externalID))
        }
        return try ask(
            "AssumeRole", SecretText(form.finish()), credentials: credentials, deadline: deadline)
    }

    func assumeRoleWithWebIdentity(
        _ role: Role, token: SecretText, deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        var form = Self.form("AssumeRoleWithWebIdentity", role)
        form.append("&WebIdentityToken=")
        for index in token.trimmed(0..<token.count) { Self.append(token[index], to: &form) }
        return try ask(
            "AssumeRoleWithWebIdentity", SecretText(form.finish()), credentials: nil,
            deadline: deadline)
    }

    private static func form(_ action: String, _ role: Role) -> SecretBuilder {
        var form = SecretBuilder()
        form.append(
            "Action=\(action)&Version=2011-06-15&RoleArn=\(escape(role.arn))"
                + "&RoleSessionName=\(escape(role.sessionName))")
        if let seconds = role.durationSeconds { form.append("&DurationSeconds=\(seconds)") }
        return form
    }

    private func ask(
        _ action: String, _ form: SecretText, credentials: AWSCredentials?,
        deadline: ContinuousClock.Instant
    ) throws(AWSCredentialError) -> AWSCredentials {
        let answer: HTTPAnswer
        do throws(AWSCallError) {
            answer = try requester.send(
                headers: [
                    (name: "Content-Type", value: "application/x-www-form-urlencoded")
                ], body: form, deadline: deadline, credentials: { _ in credentials },
                refusal: Self.refusal)
        } catch {
            switch error {
            case .credentials(let error): throw error
            case .unreachable(let error): throw .unreachable(service: "STS", error)
            case .busy(let refusal), .refused(let refusal):
                throw .refused(service: "STS", name: refusal.name)
            case .badAnswer, .signing: throw .badAnswer(service: "STS")
            }
        }
        guard let xml = QueryXML(answer.body), xml.name == action + "Response",
            let found = xml[action + "Result"]?["Credentials"],
            let accessKeyID = found["AccessKeyId"]?.string, !accessKeyID.isEmpty,
            let secret = found["SecretAccessKey"]?.secret,
            let token = found["SessionToken"]?.string, !token.isEmpty,
            let expiration = found["Expiration"]?.string.flatMap(Timestamp.seconds)
        else { throw .badAnswer(service: "STS") }
        return AWSCredentials(
            accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token,
            expiration: expiration)
    }

    private static func refusal(_ answer: HTTPAnswer) -> AWSRefusal {
        let error = QueryXML(answer.body).flatMap { $0.name == "ErrorResponse" ? $0["Error"] : nil }
        return AWSRefusal(
            status: answer.status, name: error?["Code"]?.string ?? "",
            message: error?["Message"]?.string)
    }

    private static func escape(_ text: String) -> String {
        var form = SecretBuilder()
        for byte in text.utf8 { append(byte, to: &form) }
        let escaped = SecretText(form.finish())
        return escaped.string(0..<escaped.count) ?? ""
    }

    /// As a form's value: everything but RFC 3986's unreserved characters in percent.
    private static func append(_ byte: UInt8, to form: inout SecretBuilder) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            form.append(byte)
        default:
            let digits = Array("0123456789ABCDEF".utf8)
            form.append(UInt8(ascii: "%"))
            form.append(digits[Int(byte >> 4)])
            form.append(digits[Int(byte & 15)])
        }
    }
}
