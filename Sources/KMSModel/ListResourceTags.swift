/// A key's tags, in the order of their names.
package struct ListResourceTagsRequest: Equatable, Sendable {
    package var keyID: String
    package var limit: Int?
    package var marker: String?

    package init(keyID: String, limit: Int? = nil, marker: String? = nil) {
        self.keyID = keyID
        self.limit = limit
        self.marker = marker
    }
}

package struct ListResourceTagsResponse: Equatable, Sendable {
    package var tags: [Tag]
    package var nextMarker: String?
    package var truncated: Bool

    package init(tags: [Tag] = [], nextMarker: String? = nil, truncated: Bool = false) {
        self.tags = tags
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}
