package import KMSModel

extension DescribeKeyRequest: WireRequest {
    package static var operation: KMSOperation { .describeKey }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("GrantTokens", .grantTokens),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            grantTokens: try object.texts("GrantTokens"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        if !grantTokens.isEmpty { json.member("GrantTokens", grantTokens) }
    }
}

extension DescribeKeyResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyMetadata: try object.shape("KeyMetadata"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyMetadata", shape: keyMetadata)
    }
}
