package import KMSModel

extension ListKeyRotationsRequest: WireRequest {
    package static var operation: KMSOperation { .listKeyRotations }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("IncludeKeyMaterial", .word(IncludeKeyMaterial.self)),
        .optional("Limit", .limit),
        .optional("Marker", .marker),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            includeKeyMaterial: try object.optionalWord("IncludeKeyMaterial") ?? .rotationsOnly,
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("IncludeKeyMaterial", includeKeyMaterial)
        json.member("Limit", limit)
        json.member("Marker", marker)
    }
}

extension ListKeyRotationsResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            rotations: try object.shapes("Rotations"),
            nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Rotations", shapes: rotations)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}

extension RotationsListEntry: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            keyMaterialID: try object.optionalText("KeyMaterialId"),
            keyMaterialState: try object.optionalWord("KeyMaterialState"),
            rotationDate: try object.optionalDate("RotationDate"),
            rotationType: try object.optionalWord("RotationType"),
            keyMaterialDescription: try object.optionalText("KeyMaterialDescription"),
            importState: try object.optionalWord("ImportState"),
            expirationModel: try object.optionalWord("ExpirationModel"),
            validTo: try object.optionalDate("ValidTo"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
        json.member("KeyMaterialState", keyMaterialState)
        json.member("RotationDate", date: rotationDate)
        json.member("RotationType", rotationType)
        json.member("KeyMaterialDescription", keyMaterialDescription)
        json.member("ImportState", importState)
        json.member("ExpirationModel", expirationModel)
        json.member("ValidTo", date: validTo)
    }
}
