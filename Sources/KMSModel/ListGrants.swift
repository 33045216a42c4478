/// A key's grants, in the order of their ids.
package struct ListGrantsRequest: Equatable, Sendable {
    package var keyID: String
    package var limit: Int?
    package var marker: String?
    package var grantID: String?
    package var granteePrincipal: String?
    package var granteeServicePrincipal: String?

    package init(
        keyID: String, limit: Int? = nil, marker: String? = nil, grantID: String? = nil,
        granteePrincipal: String? = nil, granteeServicePrincipal: String? = nil
    ) {
        self.keyID = keyID
        self.limit = limit
        self.marker = marker
        self.grantID = grantID
        self.granteePrincipal = granteePrincipal
        self.granteeServicePrincipal = granteeServicePrincipal
    }
}

package struct ListGrantsResponse: Equatable, Sendable {
    package var grants: [GrantListEntry]
    package var nextMarker: String?
    package var truncated: Bool

    package init(
        grants: [GrantListEntry] = [], nextMarker: String? = nil, truncated: Bool = false
    ) {
        self.grants = grants
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}
