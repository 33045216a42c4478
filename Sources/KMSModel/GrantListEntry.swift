package struct GrantListEntry: Equatable, Sendable {
    package var keyID: String
    package var grantID: String
    package var name: String?
    package var creationDate: Double?
    package var granteePrincipal: String?
    package var retiringPrincipal: String?
    package var issuingAccount: String?
    package var operations: [GrantOperation]
    package var constraints: GrantConstraints?
    package var granteeServicePrincipal: String?
    package var retiringServicePrincipal: String?

    package init(
        keyID: String, grantID: String, name: String? = nil, creationDate: Double? = nil,
        granteePrincipal: String? = nil, retiringPrincipal: String? = nil,
        issuingAccount: String? = nil, operations: [GrantOperation] = [],
        constraints: GrantConstraints? = nil, granteeServicePrincipal: String? = nil,
        retiringServicePrincipal: String? = nil
    ) {
        self.keyID = keyID
        self.grantID = grantID
        self.name = name
        self.creationDate = creationDate
        self.granteePrincipal = granteePrincipal
        self.retiringPrincipal = retiringPrincipal
        self.issuingAccount = issuingAccount
        self.operations = operations
        self.constraints = constraints
        self.granteeServicePrincipal = granteeServicePrincipal
        self.retiringServicePrincipal = retiringServicePrincipal
    }
}
