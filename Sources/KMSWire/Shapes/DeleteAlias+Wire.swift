package import KMSModel

extension DeleteAliasRequest: WireRequest {
    package static var operation: KMSOperation { .deleteAlias }

    package init(wire object: JSONObject) throws(WireError) {
        self.init(aliasName: try object.text("AliasName"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("AliasName", aliasName)
    }
}
