/// Whether the calling thread may wait for a token or the network.
///
/// A server asks without waiting first: of keys that live here the answer needs none. Who has to wait
/// throws ``KMSServiceError/hasToWait(store:)`` before anything is done or recorded, and is asked again
/// where it keeps nobody else from being answered.
package enum Waiting {
    @TaskLocal package static var isAllowed = true

    /// - Parameter store: the custom key store that is waited for, for who lets those of one wait together.
    static func require(for store: String) throws(KMSServiceError) {
        guard isAllowed else { throw .hasToWait(store: store) }
    }
}
