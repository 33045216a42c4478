/// The grants that a principal may retire.
package struct ListRetirableGrantsRequest: Equatable, Sendable {
    package var limit: Int?
    package var marker: String?
    package var retiringPrincipal: String?
    package var retiringServicePrincipal: String?

    package init(
        limit: Int? = nil, marker: String? = nil, retiringPrincipal: String? = nil,
        retiringServicePrincipal: String? = nil
    ) {
        self.limit = limit
        self.marker = marker
        self.retiringPrincipal = retiringPrincipal
        self.retiringServicePrincipal = retiringServicePrincipal
    }
}

package struct ListRetirableGrantsResponse: Equatable, Sendable {
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
