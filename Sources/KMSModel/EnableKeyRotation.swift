/// New material every so many days.
package struct EnableKeyRotationRequest: Equatable, Sendable {
    package var keyID: String
    package var rotationPeriodInDays: Int?

    package init(keyID: String, rotationPeriodInDays: Int? = nil) {
        self.keyID = keyID
        self.rotationPeriodInDays = rotationPeriodInDays
    }
}
