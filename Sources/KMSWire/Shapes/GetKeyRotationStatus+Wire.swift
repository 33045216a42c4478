package import KMSModel

extension GetKeyRotationStatusRequest: WireRequest {
    package static var operation: KMSOperation { .getKeyRotationStatus }

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

extension GetKeyRotationStatusResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.optionalText("KeyId"),
            keyRotationEnabled: try object.flag("KeyRotationEnabled"),
            rotationPeriodInDays: try object.optionalInteger("RotationPeriodInDays"),
            nextRotationDate: try object.optionalDate("NextRotationDate"),
            onDemandRotationStartDate: try object.optionalDate("OnDemandRotationStartDate"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("KeyRotationEnabled", keyRotationEnabled)
        json.member("RotationPeriodInDays", rotationPeriodInDays)
        json.member("NextRotationDate", date: nextRotationDate)
        json.member("OnDemandRotationStartDate", date: onDemandRotationStartDate)
    }
}
