package import KMSModel

extension RetireGrantRequest: WireRequest {
    package static var operation: KMSOperation { .retireGrant }

    package static let members: [MemberRule] = [
        .optional("GrantToken", .grantToken),
        .optional("KeyId", .keyID),
        .optional("GrantId", .grantID),
        .optional("DryRun", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            grantToken: try object.optionalText("GrantToken"),
            keyID: try object.optionalText("KeyId"), grantID: try object.optionalText("GrantId"),
            dryRun: try object.optionalFlag("DryRun") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("GrantToken", grantToken)
        json.member("KeyId", keyID)
        json.member("GrantId", grantID)
        if dryRun { json.member("DryRun", true) }
    }
}
