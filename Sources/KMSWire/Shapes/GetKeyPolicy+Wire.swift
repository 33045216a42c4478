package import KMSModel

extension GetKeyPolicyRequest: WireRequest {
    package static var operation: KMSOperation { .getKeyPolicy }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("PolicyName", .policyName),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), policyName: try object.optionalText("PolicyName"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("PolicyName", policyName)
    }
}

extension GetKeyPolicyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            policy: try object.text("Policy"), policyName: try object.optionalText("PolicyName"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Policy", policy)
        json.member("PolicyName", policyName)
    }
}
