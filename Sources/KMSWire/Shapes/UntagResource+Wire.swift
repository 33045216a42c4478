package import KMSModel

extension UntagResourceRequest: WireRequest {
    package static var operation: KMSOperation { .untagResource }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("TagKeys", .list(of: .tagKey)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), tagKeys: try object.texts("TagKeys"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("TagKeys", tagKeys)
    }
}
