package import KMSModel

extension ConnectCustomKeyStoreRequest: WireRequest {
    package static var operation: KMSOperation { .connectCustomKeyStore }

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
