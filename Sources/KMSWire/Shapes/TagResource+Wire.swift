package import KMSModel

extension TagResourceRequest: WireRequest {
    package static var operation: KMSOperation { .tagResource }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("Tags", .list(of: .structure(Tag.members))),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), tags: try object.shapes("Tags"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("Tags", shapes: tags)
    }
}
