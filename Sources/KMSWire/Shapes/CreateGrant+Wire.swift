package import KMSModel

extension CreateGrantRequest: WireRequest {
    package static var operation: KMSOperation { .createGrant }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("GranteePrincipal", .principal),
        .optional("RetiringPrincipal", .principal),
        .required("Operations", .list(of: .word(GrantOperation.self))),
        .optional("Constraints", .structure(GrantConstraints.members)),
        .optional("GrantTokens", .grantTokens),
        .optional("Name", .grantName),
        .optional("DryRun", .boolean),
        .optional("GranteeServicePrincipal", .servicePrincipal),
        .optional("RetiringServicePrincipal", .servicePrincipal),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), operations: try object.words("Operations"),
            granteePrincipal: try object.optionalText("GranteePrincipal"),
            retiringPrincipal: try object.optionalText("RetiringPrincipal"),
            constraints: try object.optionalShape("Constraints"),
            grantTokens: try object.texts("GrantTokens"), name: try object.optionalText("Name"),
            dryRun: try object.optionalFlag("DryRun") ?? false,
            granteeServicePrincipal: try object.optionalText("GranteeServicePrincipal"),
            retiringServicePrincipal: try object.optionalText("RetiringServicePrincipal"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Operations", operations)
        json.member("GranteePrincipal", granteePrincipal)
        json.member("RetiringPrincipal", retiringPrincipal)
        json.member("Constraints", shape: constraints)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
        json.member("Name", name)
        if dryRun { json.member("DryRun", true) }
        json.member("GranteeServicePrincipal", granteeServicePrincipal)
        json.member("RetiringServicePrincipal", retiringServicePrincipal)
    }
}

extension CreateGrantResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(grantToken: try object.text("GrantToken"), grantID: try object.text("GrantId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("GrantToken", grantToken)
        json.member("GrantId", grantID)
    }
}
