package import KMSModel

extension RevokeGrantRequest: WireRequest {
    package static var operation: KMSOperation { .revokeGrant }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("GrantId", .grantID),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), grantID: try object.text("GrantId"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("GrantId", grantID)
        if dryRun { json.member("DryRun", true) }
    }
}
