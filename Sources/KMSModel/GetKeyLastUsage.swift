/// When the key was used last, and for what.
package struct GetKeyLastUsageRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}

package struct GetKeyLastUsageResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String
    package var trackingStartDate: Double
    package var keyCreationDate: Double
    package var keyLastUsage: KeyLastUsage?

    package init(
        keyID: String, trackingStartDate: Double, keyCreationDate: Double,
        keyLastUsage: KeyLastUsage? = nil
    ) {
        self.keyID = keyID
        self.trackingStartDate = trackingStartDate
        self.keyCreationDate = keyCreationDate
        self.keyLastUsage = keyLastUsage
    }
}
