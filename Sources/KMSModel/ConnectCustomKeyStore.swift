/// Logs in to the store's token, or tries its proxy.
package struct ConnectCustomKeyStoreRequest: Equatable, Sendable {
    package var customKeyStoreID: String

    package init(customKeyStoreID: String) {
        self.customKeyStoreID = customKeyStoreID
    }
}
