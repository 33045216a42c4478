package struct CreateAliasRequest: Equatable, Sendable {
    /// With its prefix, `alias/`.
    package var aliasName: String
    package var targetKeyID: String

    package init(aliasName: String, targetKeyID: String) {
        self.aliasName = aliasName
        self.targetKeyID = targetKeyID
    }
}
