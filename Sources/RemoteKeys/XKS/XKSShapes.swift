internal import KMSDomain
internal import KMSWire

/// Who called the key service, and for what; a proxy may decide by it. The specification's awsSourceVpc,
/// awsSourceVpce and kmsViaService are never there: no call comes from a VPC or by another service.
struct XKSRequestMetadata: WireShape {
    private let call: ExternalKeyCall

    init(_ call: ExternalKeyCall) { self.call = call }

    init(wire object: JSONObject) throws(WireError) {
        call = ExternalKeyCall(
            operation: try object.text("kmsOperation"),
            requestID: try object.text("kmsRequestId"),
            principalARN: try object.optionalText("awsPrincipalArn"),
            keyARN: try object.optionalText("kmsKeyArn"))
    }

    func write(to json: inout JSONWriter) {
        json.member("awsPrincipalArn", call.principalARN)
        json.member("kmsKeyArn", call.keyARN)
        json.member("kmsOperation", call.operation)
        json.member("kmsRequestId", call.requestID)
    }
}

/// One of the key managers behind a proxy.
struct XKSKeyManagerState: WireShape {
    enum Status: String {
        case active = "ACTIVE"
        case degraded = "DEGRADED"
        case unavailable = "UNAVAILABLE"
    }

    private let id: String
    private let model: String
    let status: Status

    init(wire object: JSONObject) throws(WireError) {
        id = try object.text("id")
        model = try object.text("model")
        status = try object.word("healthStatus")
    }

    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("model", model)
        json.member("healthStatus", status)
    }
}

enum XKSKeyStatus: String {
    case enabled = "ENABLED"
    case disabled = "DISABLED"
}
