package import KMSDomain
internal import SecretMemory
internal import Synchronization

/// The custom key stores that this process is connected to, and the seal of what it takes to get
/// there.
///
/// Whether a store may be used is in the key store and the same for all servers; each connects when
/// it first uses a key there, so a server that starts anew is connected again.
package final class CustomKeyStoreConnections: Sendable {
    private enum Way {
        case cluster(any CustomKeyBackend)
        case proxy(any ExternalKeyManager)
    }

    private enum Entry {
        case connected(CustomKeyStore.Place, sealedSecret: [UInt8], Way)
        /// Not tried again with the same PIN: a token locks itself after a few.
        case refused(CustomKeyStore.Place, sealedSecret: [UInt8], ConnectionFailure)
    }

    /// Of one store. Held while a connection is made, so that nobody tries a PIN twice; other stores
    /// do not wait for that.
    private final class Slot: Sendable {
        let entry: Mutex<Entry?> = Mutex(nil)
    }

    private let sealing: RowSealing
    private let clusters: (any KeyStoreConnector)?
    private let proxies: (any ExternalKeyConnector)?
    private let slots: Mutex<[String: Slot]> = Mutex([:])

    /// - Parameters:
    ///   - clusters: without it no store is made of one.
    ///   - proxies: the same.
    package init(
        root: any RootOfTrust, clusters: (any KeyStoreConnector)?,
        proxies: (any ExternalKeyConnector)?
    ) {
        sealing = Self.sealing(root)
        self.clusters = clusters
        self.proxies = proxies
    }

    private static func sealing(_ root: any RootOfTrust) -> RowSealing {
        RowSealing(root: root, label: "coffer/v1 key store")
    }

    /// The same store for a key store that moves to another root.
    package static func moved(
        _ store: CustomKeyStore, from old: any RootOfTrust, to new: any RootOfTrust
    ) throws(KeyBackendError) -> CustomKeyStore {
        var moved = store
        moved.sealedSecret = try sealing(old).moved(
            store.sealedSecret, associatedData: Array(store.id.utf8), to: sealing(new))
        return moved
    }

    var hasClusters: Bool { clusters != nil }
    var hasProxies: Bool { proxies != nil }

    func verify(cluster id: String, trustAnchor: String) throws(ClusterFailure) {
        guard let clusters else { throw .notFound }
        try clusters.verify(cluster: id, trustAnchor: trustAnchor)
    }

    /// `salt (32) ‖ AES-256-GCM(HKDF-Expand(root, "coffer/v1 key store" ‖ 00 ‖ salt, 32), nonce 0,
    /// AAD = id of the store, secret)`
    func seal(
        _ secret: borrowing SecretBytes, of id: String
    ) throws(KeyBackendError) -> [UInt8] {
        try secret.withBytes { secret throws(KeyBackendError) in
            try sealing.seal(
                secret, associatedData: Array(id.utf8),
                salt: SystemRandom.bytes(count: RowSealing.saltByteCount))
        }
    }

    /// Connects anew, as ConnectCustomKeyStore asks for.
    ///
    /// - Parameter call: what a proxy is told of it.
    func connect(_ store: CustomKeyStore, _ call: ExternalKeyCall) throws(ConnectionFailure) {
        let way = try slot(store.id).entry.withLock { entry throws(ConnectionFailure) in
            Self.end(&entry)
            return try open(store, &entry)
        }
        try Self.checkHealth(of: way, call)
    }

    /// What is wrong with a store that is connected.
    func healthFailure(of store: CustomKeyStore, _ call: ExternalKeyCall) -> ConnectionFailure? {
        do throws(ConnectionFailure) { try Self.checkHealth(of: way(to: store), call) } catch {
            return error
        }
        return nil
    }

    private static func checkHealth(
        of way: Way, _ call: ExternalKeyCall
    ) throws(ConnectionFailure) {
        guard case .proxy(let manager) = way else { return }
        do throws(ProxyFailure) { try manager.checkHealth(call) } catch {
            throw ConnectionFailure(error)
        }
    }

    func disconnect(_ id: String) {
        guard let slot = slots.withLock({ $0.removeValue(forKey: id) }) else { return }
        slot.entry.withLock { Self.end(&$0) }
    }

    /// What uses the keys of a store that is connected and of a cluster.
    func backend(
        of store: CustomKeyStore
    ) throws(ConnectionFailure) -> any CustomKeyBackend {
        guard case .cluster(let backend) = try way(to: store) else { throw .internalError }
        return backend
    }

    /// What asks the proxy of a store that is connected.
    func manager(
        of store: CustomKeyStore
    ) throws(ConnectionFailure) -> any ExternalKeyManager {
        guard case .proxy(let manager) = try way(to: store) else { throw .internalError }
        return manager
    }

    /// What asks the proxy of a store as it is to be; not kept.
    func newManager(of store: CustomKeyStore) throws(ProxyFailure) -> any ExternalKeyManager {
        guard let proxies, let proxy = store.place.proxy else { throw .unreachable }
        let secret: SecretBytes
        do throws(ConnectionFailure) { secret = try self.secret(of: store) } catch {
            throw .refused(.authenticationFailed)
        }
        return try proxies.manager(at: proxy, region: store.home.region, secret: secret)
    }

    private func way(to store: CustomKeyStore) throws(ConnectionFailure) -> Way {
        try slot(store.id).entry.withLock { entry throws(ConnectionFailure) in
            switch entry {
            case .connected(store.place, store.sealedSecret, let way): return way
            case .refused(store.place, store.sealedSecret, let failure): throw failure
            case .connected, .refused, nil:
                // Another server has connected it, or with another PIN.
                Self.end(&entry)
                return try open(store, &entry)
            }
        }
    }

    private func slot(_ id: String) -> Slot {
        slots.withLock { slots in
            if let known = slots[id] { return known }
            let slot = Slot()
            slots[id] = slot
            return slot
        }
    }

    private func open(
        _ store: CustomKeyStore, _ entry: inout Entry?
    ) throws(ConnectionFailure) -> Way {
        do throws(ConnectionFailure) {
            let way = try newWay(to: store)
            entry = .connected(store.place, sealedSecret: store.sealedSecret, way)
            return way
        } catch {
            switch error {
            case .invalidCredentials, .userLockedOut, .userNotFound:
                entry = .refused(store.place, sealedSecret: store.sealedSecret, error)
            case .clusterNotFound, .networkErrors, .internalError, .proxyAccessDenied,
                .proxyNotReachable, .proxyInvalidResponse, .proxyInvalidConfiguration,
                .proxyTimedOut, .proxyInvalidTLSConfiguration:
                break
            }
            throw error
        }
    }

    private func newWay(to store: CustomKeyStore) throws(ConnectionFailure) -> Way {
        let secret = try secret(of: store)
        switch store.place {
        case .cluster(let id, let trustAnchor):
            guard let clusters else { throw .clusterNotFound }
            return .cluster(
                try clusters.connect(toCluster: id, trustAnchor: trustAnchor, secret: secret))
        case .proxy(let proxy):
            guard let proxies else { throw .proxyNotReachable }
            do throws(ProxyFailure) {
                return .proxy(
                    try proxies.manager(at: proxy, region: store.home.region, secret: secret))
            } catch { throw ConnectionFailure(error) }
        }
    }

    private func secret(of store: CustomKeyStore) throws(ConnectionFailure) -> SecretBytes {
        let opened: SecretBytes?
        do throws(KeyBackendError) {
            opened = try sealing.open(store.sealedSecret, associatedData: Array(store.id.utf8))
        } catch { throw .internalError }
        guard let opened else { throw .internalError }
        return opened
    }

    private static func end(_ entry: inout Entry?) {
        if case .connected(_, _, .cluster(let backend)) = entry { backend.disconnect() }
        entry = nil
    }
}
