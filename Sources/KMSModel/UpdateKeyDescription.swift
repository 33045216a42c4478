package struct UpdateKeyDescriptionRequest: Equatable, Sendable {
    package var keyID: String
    package var description: String

    package init(keyID: String, description: String) {
        self.keyID = keyID
        self.description = description
    }
}
