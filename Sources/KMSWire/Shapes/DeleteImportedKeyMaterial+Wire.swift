package import KMSModel

extension DeleteImportedKeyMaterialRequest: WireRequest {
    package static var operation: KMSOperation { .deleteImportedKeyMaterial }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("KeyMaterialId", .keyMaterialID),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), keyMaterialID: try object.optionalText("KeyMaterialId")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
    }
}

extension DeleteImportedKeyMaterialResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"), keyMaterialID: try object.optionalText("KeyMaterialId")
        )
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyMaterialId", keyMaterialID)
    }
}
