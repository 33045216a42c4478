/// Lets a principal use the key, within constraints and until it is retired or revoked.
package struct CreateGrantRequest: Equatable, Sendable {
    package var keyID: String
    package var operations: [GrantOperation]
    package var granteePrincipal: String?
    package var retiringPrincipal: String?
    package var constraints: GrantConstraints?
    package var grantTokens: [String]
    package var name: String?
    package var dryRun: Bool
    package var granteeServicePrincipal: String?
    package var retiringServicePrincipal: String?

    package init(
        keyID: String, operations: [GrantOperation], granteePrincipal: String? = nil,
        retiringPrincipal: String? = nil, constraints: GrantConstraints? = nil,
        grantTokens: [String] = [], name: String? = nil, dryRun: Bool = false,
        granteeServicePrincipal: String? = nil, retiringServicePrincipal: String? = nil
    ) {
        self.keyID = keyID
        self.operations = operations
        self.granteePrincipal = granteePrincipal
        self.retiringPrincipal = retiringPrincipal
        self.constraints = constraints
        self.grantTokens = grantTokens
        self.name = name
        self.dryRun = dryRun
        self.granteeServicePrincipal = granteeServicePrincipal
        self.retiringServicePrincipal = retiringServicePrincipal
    }
}

package struct CreateGrantResponse: Equatable, Sendable {
    package var grantToken: String
    package var grantID: String

    package init(grantToken: String, grantID: String) {
        self.grantToken = grantToken
        self.grantID = grantID
    }
}
