package import KMSModel

extension CreateAliasRequest: WireRequest {
    package static var operation: KMSOperation { .createAlias }

    package static let members: [MemberRule] = [
        .required("AliasName", .aliasName),
        .required("TargetKeyId", .keyID),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            aliasName: try object.text("AliasName"),
            targetKeyID: try object.text("TargetKeyId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AliasName", aliasName)
        json.member("TargetKeyId", targetKeyID)
    }
}
