package import KMSModel

extension DescribeCustomKeyStoresRequest: WireRequest {
    package static var operation: KMSOperation { .describeCustomKeyStores }

    package static let members: [MemberRule] = [
        .optional("CustomKeyStoreId", .customKeyStoreID),
        .optional("CustomKeyStoreName", .customKeyStoreName),
        .optional("Limit", .limit),
        .optional("Marker", .marker),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            customKeyStoreID: try object.optionalText("CustomKeyStoreId"),
            customKeyStoreName: try object.optionalText("CustomKeyStoreName"),
            limit: try object.optionalInteger("Limit"), marker: try object.optionalText("Marker"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStoreId", customKeyStoreID)
        json.member("CustomKeyStoreName", customKeyStoreName)
        json.member("Limit", limit)
        json.member("Marker", marker)
    }
}

extension DescribeCustomKeyStoresResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            customKeyStores: try object.shapes("CustomKeyStores"),
            nextMarker: try object.optionalText("NextMarker"),
            truncated: try object.optionalFlag("Truncated") ?? false)
    }

    package func write(to json: inout JSONWriter) {
        json.member("CustomKeyStores", shapes: customKeyStores)
        json.member("NextMarker", nextMarker)
        json.member("Truncated", truncated)
    }
}
