package import KMSModel

extension ListKeysRequest: WireRequest {
    package static var operation: KMSOperation { .listKeys }

    package static let members: [MemberRule] = [
        .optional("Limit", .limit),
        .optional("Marker", .marker),
        .optional("ResourceOwners", .list(of: .word(ResourceOwner.self), count: 1...2)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"),
            resourceOwners: try object.words("ResourceOwners"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Limit", limit)
        json.member("Marker", marker)
        if !resourceOwners.isEmpty { json.member("ResourceOwners", resourceOwners) }
    }
}

extension ListKeysResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keys: try object.shapes("Keys"), nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Keys", shapes: keys)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}

extension KeyListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), keyARN: try object.text("KeyArn"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyArn", keyARN)
    }
}
