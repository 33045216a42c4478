internal import AuditLog
package import KMSDomain
package import KMSService

/// What leads to keys in custom key stores; without one of them there are none of its kind.
package struct KeyStoreConnectors: Sendable {
    package let clusters: (any KeyStoreConnector)?
    package let proxies: (any ExternalKeyConnector)?

    package init(
        clusters: (any KeyStoreConnector)?, proxies: (any ExternalKeyConnector)?
    ) {
        self.clusters = clusters
        self.proxies = proxies
    }
}

/// An open keystore as a server has it: everybody is who their signature shows, and may do what
/// policies allow.
package struct ServedKeystore: Sendable {
    package let service: KMSService
    package let credentials: CredentialDirectory
    package let securityTokens: SecurityTokenService
    package let identities: IdentityAdministration
    package let clock: any WallClock
    /// Where the keys are that `coffer` makes.
    package let realm: Realm
    private let store: any KeyStore
    private let log: FileAuditLog
    private let root: any RootOfTrust
    private let authorizer: PolicyAuthorizer

    init(
        store: any KeyStore, root: KeystoreRoot, log: FileAuditLog, audit: any AuditSink,
        clock: any WallClock, realm: Realm, keyStores: KeyStoreConnectors?
    ) {
        self.store = store
        self.log = log
        self.root = root.trust
        self.clock = clock
        self.realm = realm
        authorizer = PolicyAuthorizer(store: store, clock: clock)
        service = KMSService(
            store: store, backend: root.backend, audit: audit, authorizer: authorizer,
            clock: clock, root: root.trust,
            customKeyStores: keyStores.map {
                CustomKeyStoreConnections(
                    root: root.trust, clusters: $0.clusters, proxies: $0.proxies)
            })
        credentials = CredentialDirectory(store: store, root: root.trust)
        securityTokens = SecurityTokenService(
            store: store, root: root.trust, audit: audit, clock: clock)
        identities = IdentityAdministration(
            store: store, root: root.trust, audit: audit, clock: clock, realm: realm)
    }

    /// What would be decided, and why.
    package func simulate(
        _ request: SimulationRequest
    ) throws(SimulationError) -> PolicySimulation {
        try service.simulate(request, by: authorizer)
    }

    /// What keeps keys from being used at this moment, if anything: the store can be read and still
    /// has this root, the root answers, and there is room in the audit log for a record.
    package func findObstacle() -> String? {
        do {
            _ = try store.read { store in try store.nextDueDate() }
        } catch { return "store" }
        do throws(RootOfTrustError) { try requireRoot() } catch { return "root of trust" }
        do throws(AuditError) { try log.requireRoom() } catch { return "audit log" }
        return nil
    }

    /// Whether the root answers.
    package func requireRoot() throws(RootOfTrustError) {
        _ = try root.derive(info: Self.trialInfo)
    }

    /// No key is derived with it.
    private static let trialInfo = Array("coffer/v1 trial".utf8) + [0]
}

extension EmbeddedKeyService {
    /// The same keystore for a server: its files stay open as long as this does.
    package var served: ServedKeystore { served(recordingTo: audit, keyStores: nil) }

    /// - Parameters:
    ///   - keyStores: what leads to keys in custom key stores.
    ///   - makeRecorder: makes what stands between the service and the audit log, and gives the log
    ///     every record.
    package func served<Recorder: AuditSink>(
        keyStores: KeyStoreConnectors?, through makeRecorder: (any AuditSink) -> Recorder
    ) -> (ServedKeystore, Recorder) {
        let recorder = makeRecorder(audit)
        return (served(recordingTo: recorder, keyStores: keyStores), recorder)
    }

    private func served(
        recordingTo sink: any AuditSink, keyStores: KeyStoreConnectors?
    ) -> ServedKeystore {
        ServedKeystore(
            store: boundStore, root: root, log: audit, audit: sink, clock: clock,
            realm: caller.realm, keyStores: keyStores)
    }
}
