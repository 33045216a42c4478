/// What a key was last used for, and where the records tell of it.
package struct LastUse: Equatable, Sendable {
    /// The operation's name.
    package let operation: String
    package let time: Timestamp
    /// CloudTrail's `eventID` and `requestID`.
    package let eventID: RandomID
    package let requestID: RandomID

    package init(operation: String, time: Timestamp, eventID: RandomID, requestID: RandomID) {
        self.operation = operation
        self.time = time
        self.eventID = eventID
        self.requestID = requestID
    }
}
