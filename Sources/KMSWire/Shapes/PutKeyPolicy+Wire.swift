package import KMSModel

extension PutKeyPolicyRequest: WireRequest {
    package static var operation: KMSOperation { .putKeyPolicy }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("PolicyName", .policyName),
        .required("Policy", .policy),
        .optional("BypassPolicyLockoutSafetyCheck", .boolean),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), policy: try object.text("Policy"),
            policyName: try object.optionalText("PolicyName"),
            bypassPolicyLockoutSafetyCheck: try object.optionalFlag(
                "BypassPolicyLockoutSafetyCheck") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Policy", policy)
        json.member("PolicyName", policyName)
        if bypassPolicyLockoutSafetyCheck { json.member("BypassPolicyLockoutSafetyCheck", true) }
    }
}
