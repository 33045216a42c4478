package import KMSModel

extension EnableKeyRotationRequest: WireRequest {
    package static var operation: KMSOperation { .enableKeyRotation }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("RotationPeriodInDays", .integer(90...2560)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            rotationPeriodInDays: try object.optionalInteger("RotationPeriodInDays"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("RotationPeriodInDays", rotationPeriodInDays)
    }
}
