/// Ends a grant, as the key's administrator does it.
package struct RevokeGrantRequest: Equatable, Sendable {
    package var keyID: String
    package var grantID: String
    package var dryRun: Bool

    package init(keyID: String, grantID: String, dryRun: Bool = false) {
        self.keyID = keyID
        self.grantID = grantID
        self.dryRun = dryRun
    }
}
