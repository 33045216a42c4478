/// All of them, or those of one key; in the order of their names.
package struct ListAliasesRequest: Equatable, Sendable {
    package var keyID: String?
    package var limit: Int?
    package var marker: String?

    package init(keyID: String? = nil, limit: Int? = nil, marker: String? = nil) {
        self.keyID = keyID
        self.limit = limit
        self.marker = marker
    }
}

package struct ListAliasesResponse: Equatable, Sendable {
    package var aliases: [AliasListEntry]
    package var nextMarker: String?
    package var truncated: Bool

    package init(aliases: [AliasListEntry], nextMarker: String? = nil, truncated: Bool = false) {
        self.aliases = aliases
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}

package struct AliasListEntry: Equatable, Sendable {
    package var aliasName: String
    package var aliasARN: String
    /// Nothing for an alias that AWS keeps ready for a service of its own.
    package var targetKeyID: String?
    package var creationDate: Double?
    package var lastUpdatedDate: Double?

    package init(
        aliasName: String, aliasARN: String, targetKeyID: String?, creationDate: Double?,
        lastUpdatedDate: Double?
    ) {
        self.aliasName = aliasName
        self.aliasARN = aliasARN
        self.targetKeyID = targetKeyID
        self.creationDate = creationDate
        self.lastUpdatedDate = lastUpdatedDate
    }
}
