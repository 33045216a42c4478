package struct DeleteAliasRequest: Equatable, Sendable {
    package var aliasName: String

    package init(aliasName: String) {
        self.aliasName = aliasName
    }
}
