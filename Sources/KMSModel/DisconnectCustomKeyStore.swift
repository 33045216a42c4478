/// Logs out of the store; its keys cannot be used until it is connected again.
package struct DisconnectCustomKeyStoreRequest: Equatable, Sendable {
    package var customKeyStoreID: String

    package init(customKeyStoreID: String) {
        self.customKeyStoreID = customKeyStoreID
    }
}
