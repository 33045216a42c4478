/// Leaves the key disabled.
package struct CancelKeyDeletionRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}

package struct CancelKeyDeletionResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}
