package import KMSModel

extension ListAliasesRequest: WireRequest {
    package static var operation: KMSOperation { .listAliases }

    package static let members: [MemberRule] = [
        .optional("KeyId", .keyID),
        .optional("Limit", .limit),
        .optional("Marker", .marker),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.optionalText("KeyId"),
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Limit", limit)
        json.member("Marker", marker)
    }
}

extension ListAliasesResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            aliases: try object.shapes("Aliases"),
            nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Aliases", shapes: aliases)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}

extension AliasListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            aliasName: try object.text("AliasName"), aliasARN: try object.text("AliasArn"),
            targetKeyID: try object.optionalText("TargetKeyId"),
            creationDate: try object.optionalDate("CreationDate"),
            lastUpdatedDate: try object.optionalDate("LastUpdatedDate"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AliasName", aliasName)
        json.member("AliasArn", aliasARN)
        json.member("TargetKeyId", targetKeyID)
        json.member("CreationDate", date: creationDate)
        json.member("LastUpdatedDate", date: lastUpdatedDate)
    }
}
