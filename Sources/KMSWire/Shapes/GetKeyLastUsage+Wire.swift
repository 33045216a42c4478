package import KMSModel

extension GetKeyLastUsageRequest: WireRequest {
    package static var operation: KMSOperation { .getKeyLastUsage }

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

extension GetKeyLastUsageResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            trackingStartDate: try object.date("TrackingStartDate"),
            keyCreationDate: try object.date("KeyCreationDate"),
            keyLastUsage: try object.optionalShape("KeyLastUsage"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("TrackingStartDate", date: trackingStartDate)
        json.member("KeyCreationDate", date: keyCreationDate)
        json.member("KeyLastUsage", shape: keyLastUsage)
    }
}
