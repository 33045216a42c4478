package import KMSModel

extension ListKeyRotationsRequest: WireRequest {
    package static var operation: KMSOperation { .listKeyRotations }

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
        var rotations: [RotationsListEntry] = []
        for entry in try object.objects("Rotations") {
            rotations.append(try RotationsListEntry(wire: entry))
        }
        self.init(
            rotations: rotations, nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("Rotations", objects: rotations) { $1.write(to: &$0) }
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
            rotationType: try object.optionalWord("RotationType"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
        json.member("KeyMaterialState", keyMaterialState)
        json.member("RotationDate", date: rotationDate)
        json.member("RotationType", rotationType)
    }
}
