package import KMSModel

extension DeleteAliasRequest: WireRequest {
    package static var operation: KMSOperation { .deleteAlias }

    package static let members: [MemberRule] = [
        .required("AliasName", .aliasName)
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(aliasName: try object.text("AliasName"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AliasName", aliasName)
    }
}
