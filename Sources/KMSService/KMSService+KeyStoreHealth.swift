package import KMSDomain

/// AWS's KmsHealthCheck, which is no operation of the API.
extension KMSService {
    /// What the proxy of each external key store says that is connected, in whatever account and region.
    /// It waits for each as long as the configuration allows; nothing is changed by it.
    package func checkKeyStoreHealth() throws(KMSServiceError) -> [KeyStoreHealth] {
        guard let customKeyStores, customKeyStores.hasProxies else { return [] }
        do {
            return try store.read { try $0.customKeyStores() }
                .filter { $0.place.proxy != nil && $0.connection == .connected }
                .map { found in
                    let call = ExternalKeyCall(
                        operation: "KmsHealthCheck", requestID: Self.freshCallID().text)
                    return KeyStoreHealth(
                        id: found.id, failure: customKeyStores.healthFailure(of: found, call))
                }
        } catch { throw KMSServiceError(error) }
    }
}

package struct KeyStoreHealth: Equatable, Sendable {
    package let id: String
    /// Nothing if keys can be used there.
    package let failure: ConnectionFailure?

    package init(id: String, failure: ConnectionFailure?) {
        self.id = id
        self.failure = failure
    }
}
