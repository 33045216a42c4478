/// New material now; what the old material sealed still opens.
package struct RotateKeyOnDemandRequest: Equatable, Sendable {
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}

package struct RotateKeyOnDemandResponse: Equatable, Sendable {
    /// The key's ARN.
    package var keyID: String

    package init(keyID: String) {
        self.keyID = keyID
    }
}
