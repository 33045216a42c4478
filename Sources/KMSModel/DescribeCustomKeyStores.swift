/// All stores, or one by its id or name.
package struct DescribeCustomKeyStoresRequest: Equatable, Sendable {
    package var customKeyStoreID: String?
    package var customKeyStoreName: String?
    package var limit: Int?
    package var marker: String?

    package init(
        customKeyStoreID: String? = nil, customKeyStoreName: String? = nil, limit: Int? = nil,
        marker: String? = nil
    ) {
        self.customKeyStoreID = customKeyStoreID
        self.customKeyStoreName = customKeyStoreName
        self.limit = limit
        self.marker = marker
    }
}

package struct DescribeCustomKeyStoresResponse: Equatable, Sendable {
    package var customKeyStores: [CustomKeyStoresListEntry]
    package var nextMarker: String?
    package var truncated: Bool

    package init(
        customKeyStores: [CustomKeyStoresListEntry] = [], nextMarker: String? = nil,
        truncated: Bool = false
    ) {
        self.customKeyStores = customKeyStores
        self.nextMarker = nextMarker
        self.truncated = truncated
    }
}
