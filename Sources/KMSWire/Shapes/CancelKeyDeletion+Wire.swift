package import KMSModel

extension CancelKeyDeletionRequest: WireRequest {
    package static var operation: KMSOperation { .cancelKeyDeletion }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID)
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
    }
}

extension CancelKeyDeletionResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
    }
}
