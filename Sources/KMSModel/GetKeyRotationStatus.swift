package struct GetKeyRotationStatusRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}

package struct GetKeyRotationStatusResponse: Equatable, Sendable {
    /// The key's ARN; other services of this API may leave it out.
    package var keyID: String?
    package var keyRotationEnabled: Bool
    package var rotationPeriodInDays: Int?
    package var nextRotationDate: Double?
    package var onDemandRotationStartDate: Double?

    package init(
        keyID: String?, keyRotationEnabled: Bool, rotationPeriodInDays: Int? = nil,
        nextRotationDate: Double? = nil, onDemandRotationStartDate: Double? = nil
    ) {
        self.keyID = keyID
        self.keyRotationEnabled = keyRotationEnabled
        self.rotationPeriodInDays = rotationPeriodInDays
        self.nextRotationDate = nextRotationDate
        self.onDemandRotationStartDate = onDemandRotationStartDate
    }
}
