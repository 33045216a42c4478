internal import KMSDomain
internal import KMSModel
internal import SecretMemory

extension CustomKeyStoreConnections {
    /// Nothing if there is no secret.
    func sealed(
        _ secret: borrowing SecretBytes?, of id: String
    ) throws(KeyBackendError) -> [UInt8]? {
        switch secret {
        case .some(let secret): try seal(secret, of: id)
        case .none: nil
        }
    }

    /// A cluster for a new store: there, and with this certificate.
    func requireCluster(_ id: String, trustAnchor: String) throws(KMSError) {
        do throws(ClusterFailure) { try verify(cluster: id, trustAnchor: trustAnchor) } catch {
            switch error {
            case .notFound: throw .cloudHSMClusterNotFound("Cluster \(id) does not exist.")
            case .notActive: throw .cloudHSMClusterNotActive("Cluster \(id) is not active.")
            case .incorrectTrustAnchor:
                throw .incorrectTrustAnchor(
                    "The trust anchor certificate is not that of cluster \(id).")
            }
        }
    }

    /// Another cluster for a store that is there: one with the same keys has the same certificate.
    func requireRelated(_ id: String, trustAnchor: String) throws(KMSError) {
        do throws(KMSError) {
            try requireCluster(id, trustAnchor: trustAnchor)
        } catch .incorrectTrustAnchor {
            throw .cloudHSMClusterNotRelated(
                "Cluster \(id) is not related to that of the custom key store.")
        }
    }
}
