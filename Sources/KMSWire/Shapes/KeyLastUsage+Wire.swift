package import KMSModel

extension KeyLastUsage: WireShape {
    package init(wire object: JSONObject) throws(WireError) {
        self.init(
            operation: try object.optionalWord("Operation"),
            timestamp: try object.optionalDate("Timestamp"),
            cloudTrailEventID: try object.optionalText("CloudTrailEventId"),
            kmsRequestID: try object.optionalText("KmsRequestId"))
    }

    package func write(to json: inout JSONWriter) {
        json.member("Operation", operation)
        json.member("Timestamp", date: timestamp)
        json.member("CloudTrailEventId", cloudTrailEventID)
        json.member("KmsRequestId", kmsRequestID)
    }
}
