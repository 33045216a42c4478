package import KMSModel

extension ListResourceTagsRequest: WireRequest {
    package static var operation: KMSOperation { .listResourceTags }

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

extension ListResourceTagsResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            tags: try object.shapes("Tags"), nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Tags", shapes: tags)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}
