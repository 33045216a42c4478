package import SecretMemory

/// Leads to clusters, where keys of custom key stores are.
package protocol KeyStoreConnector: Sendable {
    /// Whether a store may be made of this cluster now.
    func verify(cluster id: String, trustAnchor: String) throws(ClusterFailure)

    /// Logs in. All of it blocks the calling thread.
    func connect(
        toCluster id: String, trustAnchor: String, secret: consuming SecretBytes
    ) throws(ConnectionFailure) -> any CustomKeyBackend
}

/// Makes and uses keys that live in one custom key store.
package protocol CustomKeyBackend: KeyBackend {
    /// Ends the key where it lives.
    func destroyMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID
    ) throws(KeyBackendError)

    /// From the generator of where the keys are.
    func random(byteCount: Int) throws(KeyBackendError) -> SecretBytes

    /// Logs out. Whoever uses a key later is logged in again only by a new connection.
    func disconnect()
}

package enum ClusterFailure: Error, Equatable, Sendable {
    case notFound
    case notActive
    case incorrectTrustAnchor
}
