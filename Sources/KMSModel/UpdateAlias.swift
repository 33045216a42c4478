/// Points an existing alias at another key.
package struct UpdateAliasRequest: Equatable, Sendable {
    package var aliasName: String
    package var targetKeyID: String

    package init(aliasName: String, targetKeyID: String) {
        self.aliasName = aliasName
        self.targetKeyID = targetKeyID
    }
}
