package import KMSModel

extension ListGrantsRequest: WireRequest {
    package static var operation: KMSOperation { .listGrants }

    package static let members: [MemberRule] = [
        .optional("Limit", .limit),
        .optional("Marker", .marker),
        .required("KeyId", .keyID),
        .optional("GrantId", .grantID),
        .optional("GranteePrincipal", .principal),
        .optional("GranteeServicePrincipal", .servicePrincipal),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), limit: try object.optionalInteger("Limit"),
            marker: try object.optionalText("Marker"), grantID: try object.optionalText("GrantId"),
            granteePrincipal: try object.optionalText("GranteePrincipal"),
            granteeServicePrincipal: try object.optionalText("GranteeServicePrincipal"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Limit", limit)
        json.member("Marker", marker)
        json.member("GrantId", grantID)
        json.member("GranteePrincipal", granteePrincipal)
        json.member("GranteeServicePrincipal", granteeServicePrincipal)
    }
}

extension ListGrantsResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            grants: try object.shapes("Grants"), nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Grants", shapes: grants)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}
