package import KMSModel

extension ListKeyPoliciesRequest: WireRequest {
    package static var operation: KMSOperation { .listKeyPolicies }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("Limit", .limit),
        .optional("Marker", .marker),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), limit: try object.optionalInteger("Limit"),
            marker: try object.optionalText("Marker"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Limit", limit)
        json.member("Marker", marker)
    }
}

extension ListKeyPoliciesResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            policyNames: try object.texts("PolicyNames"),
            nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("PolicyNames", policyNames)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}
