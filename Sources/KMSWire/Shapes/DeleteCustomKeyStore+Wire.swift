package import KMSModel

extension DeleteCustomKeyStoreRequest: WireRequest {
    package static var operation: KMSOperation { .deleteCustomKeyStore }

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
