package import KMSModel

extension ListRetirableGrantsRequest: WireRequest {
    package static var operation: KMSOperation { .listRetirableGrants }

    package static let members: [MemberRule] = [
        .optional("Limit", .limit),
        .optional("Marker", .marker),
        .optional("RetiringPrincipal", .principal),
        .optional("RetiringServicePrincipal", .servicePrincipal),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"),
            retiringPrincipal: try object.optionalText("RetiringPrincipal"),
            retiringServicePrincipal: try object.optionalText("RetiringServicePrincipal"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Limit", limit)
        json.member("Marker", marker)
        json.member("RetiringPrincipal", retiringPrincipal)
        json.member("RetiringServicePrincipal", retiringServicePrincipal)
    }
}

extension ListRetirableGrantsResponse: WireShape {
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
