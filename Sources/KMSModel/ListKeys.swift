/// In the order of their ids.
package struct ListKeysRequest: Equatable, Sendable {
    package var limit: Int?
    package var marker: String?
    package var resourceOwners: [ResourceOwner]

    package init(limit: Int? = nil, marker: String? = nil, resourceOwners: [ResourceOwner] = []) {
        self.limit = limit
        self.marker = marker
        self.resourceOwners = resourceOwners
    }
}

package struct ListKeysResponse: Equatable, Sendable {
    package var keys: [KeyListEntry]
    package var nextMarker: String?
    package var truncated: Bool

    package init(keys: [KeyListEntry], nextMarker: String? = nil, truncated: Bool = false) {
        self.keys = keys
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}

package struct KeyListEntry: Equatable, Sendable {
    package var keyID: String
    package var keyARN: String

    package init(keyID: String, keyARN: String) {
        self.keyID = keyID
        self.keyARN = keyARN
    }
}
