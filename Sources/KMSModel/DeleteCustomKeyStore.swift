/// Forgets a store that is disconnected and has no keys.
package struct DeleteCustomKeyStoreRequest: Equatable, Sendable {
    package var customKeyStoreID: String

    package init(customKeyStoreID: String) {
        self.customKeyStoreID = customKeyStoreID
    }
}
