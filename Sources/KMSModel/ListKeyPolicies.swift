/// There is one, named `default`.
package struct ListKeyPoliciesRequest: Equatable, Sendable {
    package var keyID: String
    package var limit: Int?
    package var marker: String?

    package init(keyID: String, limit: Int? = nil, marker: String? = nil) {
        self.keyID = keyID
        self.limit = limit
        self.marker = marker
    }
}

package struct ListKeyPoliciesResponse: Equatable, Sendable {
    package var policyNames: [String]
    package var nextMarker: String?
    package var truncated: Bool

    package init(policyNames: [String] = [], nextMarker: String? = nil, truncated: Bool = false) {
        self.policyNames = policyNames
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}
