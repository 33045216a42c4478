/// One use of a key.
package struct KeyLastUsage: Equatable, Sendable {
    package var operation: LastUsageOperation?
    package var timestamp: Double?
    package var cloudTrailEventID: String?
    package var kmsRequestID: String?

    package init(
        operation: LastUsageOperation? = nil, timestamp: Double? = nil,
        cloudTrailEventID: String? = nil, kmsRequestID: String? = nil
    ) {
        self.operation = operation
        self.timestamp = timestamp
        self.cloudTrailEventID = cloudTrailEventID
        self.kmsRequestID = kmsRequestID
    }
}
