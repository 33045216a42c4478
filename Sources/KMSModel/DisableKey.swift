package struct DisableKeyRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}
