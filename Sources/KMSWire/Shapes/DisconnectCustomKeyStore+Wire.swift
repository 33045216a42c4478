package import KMSModel

extension DisconnectCustomKeyStoreRequest: WireRequest {
    package static var operation: KMSOperation { .disconnectCustomKeyStore }

    package static let members: [MemberRule] = [
        .required("CustomKeyStoreId", .customKeyStoreID)
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(customKeyStoreID: try object.text("CustomKeyStoreId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStoreId", customKeyStoreID)
    }
}
