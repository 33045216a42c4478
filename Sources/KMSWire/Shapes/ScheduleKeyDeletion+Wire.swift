package import KMSModel

extension ScheduleKeyDeletionRequest: WireRequest {
    package static var operation: KMSOperation { .scheduleKeyDeletion }

    package static let members: [MemberRule] = [
        .required("KeyId", .keyID),
        .optional("PendingWindowInDays", .integer(1...365)),
    ]

    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            keyID: try object.text("KeyId"),
            pendingWindowInDays: try object.optionalInteger("PendingWindowInDays"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("PendingWindowInDays", pendingWindowInDays)
    }
}

extension ScheduleKeyDeletionResponse: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        // Without a state it is the one that was asked for.
        self.init(
            keyID: try object.text("KeyId"), deletionDate: try object.date("DeletionDate"),
            keyState: try object.optionalWord("KeyState") ?? .pendingDeletion,
            pendingWindowInDays: try object.optionalInteger("PendingWindowInDays"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("KeyId", keyID)
        json.member("DeletionDate", date: deletionDate)
        json.member("KeyState", keyState)
        json.member("PendingWindowInDays", pendingWindowInDays)
    }
}
