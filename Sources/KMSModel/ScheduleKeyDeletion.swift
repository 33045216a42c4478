/// Destroys the key's material when the window has run out.
package struct ScheduleKeyDeletionRequest: Equatable, Sendable {
    package var keyID: String
    package var pendingWindowInDays: Int?

    package init(keyID: String, pendingWindowInDays: Int? = nil) {
        self.keyID = keyID
        self.pendingWindowInDays = pendingWindowInDays
    }
}

package struct ScheduleKeyDeletionResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    /// Nothing of a primary key that waits for its replicas to go.
    package var deletionDate: Double?
    package var keyState: KeyState
    /// AWS tells it; other services of this API may not.
    package var pendingWindowInDays: Int?

    package init(
        keyID: String, deletionDate: Double?, keyState: KeyState, pendingWindowInDays: Int?
    ) {
        self.keyID = keyID
        self.deletionDate = deletionDate
        self.keyState = keyState
        self.pendingWindowInDays = pendingWindowInDays
    }
}
