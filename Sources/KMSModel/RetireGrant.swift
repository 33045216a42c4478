/// Ends a grant, as its retiring principal or grantee does it: by token, or by key and id.
package struct RetireGrantRequest: Equatable, Sendable {
    package var grantToken: String?
    package var keyID: String?
    package var grantID: String?
    package var dryRun: Bool

    package init(
        grantToken: String? = nil, keyID: String? = nil, grantID: String? = nil,
        dryRun: Bool = false
    ) {
        self.grantToken = grantToken
        self.keyID = keyID
        self.grantID = grantID
        self.dryRun = dryRun
    }
}
