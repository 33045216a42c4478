package import KMSModel

extension UpdateKeyDescriptionRequest: WireRequest {
    package static var operation: KMSOperation { .updateKeyDescription }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("Description", .description),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), description: try object.text("Description"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Description", description)
    }
}
