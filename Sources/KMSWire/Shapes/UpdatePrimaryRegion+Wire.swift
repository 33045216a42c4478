package import KMSModel

extension UpdatePrimaryRegionRequest: WireRequest {
    package static var operation: KMSOperation { .updatePrimaryRegion }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .required("PrimaryRegion", .region),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(keyID: try object.text("KeyId"), primaryRegion: try object.text("PrimaryRegion"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("PrimaryRegion", primaryRegion)
    }
}
