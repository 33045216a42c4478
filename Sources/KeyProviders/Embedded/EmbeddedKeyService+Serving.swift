internal import AuditLog
package import KMSDomain
package import KMSService

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

    init(
        store: any KeyStore, root: KeystoreRoot, audit: any AuditSink, clock: any WallClock,
        realm: Realm, connector: (any KeyStoreConnector)?
    ) {
        self.store = store
        self.clock = clock
        self.realm = realm
        service = KMSService(
            store: store, backend: root.backend, audit: audit,
            authorizer: PolicyAuthorizer(store: store, clock: clock), clock: clock,
            root: root.trust,
            customKeyStores: connector.map {
                CustomKeyStoreConnections(root: root.trust, connector: $0)
            })
        credentials = CredentialDirectory(store: store, root: root.trust)
        securityTokens = SecurityTokenService(
            store: store, root: root.trust, audit: audit, clock: clock)
        identities = IdentityAdministration(
            store: store, root: root.trust, audit: audit, clock: clock, realm: realm)
    }

    /// Whether the store can be read, and still has this root.
    package func isReady() -> Bool {
        do {
            _ = try store.read { store in try store.nextDueDate() }
            return true
        } catch {
            return false
        }
    }
}

extension EmbeddedKeyService {
    /// The same keystore for a server: its files stay open as long as this does.
    package var served: ServedKeystore { served(keyStores: nil) }

    /// - Parameter keyStores: what leads to keys in custom key stores.
    package func served(keyStores: (any KeyStoreConnector)?) -> ServedKeystore {
        ServedKeystore(
            store: boundStore, root: root, audit: audit, clock: clock, realm: caller.realm,
            connector: keyStores)
    }
}
