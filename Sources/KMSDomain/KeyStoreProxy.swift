/// A proxy of an external key manager, and who calls there (AWS External Key Store Proxy API).
package struct KeyStoreProxy: Equatable, Sendable {
    /// `https://` and a host, as the API has it.
    package var endpoint: String
    /// From a slash on, to `/kms/xks/v1`.
    package var path: String
    /// Of what requests are signed with.
    package var accessKeyID: String

    package init(endpoint: String, path: String, accessKeyID: String) {
        self.endpoint = endpoint
        self.path = path
        self.accessKeyID = accessKeyID
    }

    /// One for each store.
    package var uri: String { endpoint + path }
}
