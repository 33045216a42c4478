import KMSDomain
import KMSModel
import KMSService
import KMSStore
import KMSTestSupport
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// A key service with two tokens that the API knows as clusters.
final class StoreWorld {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBcustomerCA
        -----END CERTIFICATE-----
        """
    static let cluster = "cluster-2345672345a"
    static let relative = "cluster-2345672345b"
    static let stranger = "cluster-2345672345c"
    static let absent = "cluster-2345672345d"

    let caller = Caller.localRoot(of: .local)
    let audit = RecordingAuditSink()
    let clock = TurnedClock()
    let store: any KeyStore
    let service: KMSService
    let label: String
    private let root: SoftwareRootOfTrust
    private let clusters: [TokenCluster]
    private let configuration: ModuleConfiguration

    /// Over SoftHSM2.
    convenience init(_ number: Int, relative: Int? = nil, store: any KeyStore = InMemoryKeyStore())
        throws
    {
        let label = SoftToken.prepare(number)
        func cluster(
            _ id: String, _ label: String, _ certificate: String
        ) throws -> TokenCluster {
            TokenCluster(
                id: id, uri: try TokenURI("pkcs11:token=\(label)"), modulePath: SoftToken.module,
                trustAnchor: certificate)
        }
        try self.init(
            label: label, store: store, configuration: .system,
            clusters: [
                cluster(Self.cluster, label, Self.certificate),
                cluster(
                    Self.relative, SoftToken.prepare(relative ?? number),
                    Self.certificate + "\r\n"),
                cluster(Self.stranger, label, "another"),
                cluster(Self.absent, "nowhere", Self.certificate),
            ])
    }

    init(
        label: String, store: any KeyStore, configuration: ModuleConfiguration,
        clusters: [TokenCluster]
    ) throws {
        self.label = label
        self.store = store
        self.configuration = configuration
        self.clusters = clusters
        root = try Self.root()
        service = Self.service(store, root, clusters, configuration, audit, clock)
    }

    static func root() throws -> SoftwareRootOfTrust {
        let root = SoftwareRootOfTrust(key: SecretBytes(randomByteCount: 32))
        return try #require(root)
    }

    /// Another process over the same store, or the same after a restart.
    func secondService() -> KMSService {
        Self.service(store, root, clusters, configuration, audit, clock)
    }

    private static func service(
        _ store: any KeyStore, _ root: SoftwareRootOfTrust, _ clusters: [TokenCluster],
        _ configuration: ModuleConfiguration, _ audit: RecordingAuditSink, _ clock: TurnedClock
    ) -> KMSService {
        KMSService(
            store: store, backend: SoftwareKeyBackend(root: root), audit: audit,
            authorizer: LocalRootAuthorizer(realm: .local), clock: clock, root: root,
            customKeyStores: CustomKeyStoreConnections(
                root: root, clusters: TokenClusters(clusters, configuration: configuration),
                proxies: nil))
    }

    func make(
        _ name: String = "store", cluster: String = StoreWorld.cluster,
        certificate: String = StoreWorld.certificate, pin: String = SoftToken.pin
    ) throws -> String {
        try service.createCustomKeyStore(
            CreateCustomKeyStoreRequest(
                customKeyStoreName: name, cloudHSMClusterID: cluster,
                trustAnchorCertificate: certificate, keyStorePassword: Bed.pin(pin)),
            caller: caller
        ).customKeyStoreID
    }

    func connect(_ id: String) throws {
        try service.connectCustomKeyStore(
            ConnectCustomKeyStoreRequest(customKeyStoreID: id), caller: caller)
    }

    func disconnect(_ id: String) throws {
        try service.disconnectCustomKeyStore(
            DisconnectCustomKeyStoreRequest(customKeyStoreID: id), caller: caller)
    }

    func delete(_ id: String) throws {
        try service.deleteCustomKeyStore(
            DeleteCustomKeyStoreRequest(customKeyStoreID: id), caller: caller)
    }

    func update(
        _ id: String, name: String? = nil, pin: String? = nil, cluster: String? = nil
    ) throws {
        try service.updateCustomKeyStore(
            UpdateCustomKeyStoreRequest(
                customKeyStoreID: id, newCustomKeyStoreName: name,
                keyStorePassword: pin.map { Bed.pin($0) }, cloudHSMClusterID: cluster),
            caller: caller)
    }

    func entry(_ id: String) throws -> CustomKeyStoresListEntry {
        try #require(
            try service.describeCustomKeyStores(
                DescribeCustomKeyStoresRequest(customKeyStoreID: id), caller: caller
            ).customKeyStores.first)
    }

    /// The new key's ARN.
    func makeKey(in id: String) throws -> String {
        try service.createKey(
            CreateKeyRequest(origin: .awsCloudHSM, customKeyStoreID: id), caller: caller
        ).keyMetadata.arn
    }

    func metadata(_ key: String) throws -> KeyMetadata {
        try service.describeKey(DescribeKeyRequest(keyID: key), caller: caller).keyMetadata
    }

    func encrypt(_ text: String, under key: String) throws -> [UInt8] {
        try service.encrypt(
            EncryptRequest(keyID: key, plaintext: Bed.pin(text), encryptionContext: .empty),
            caller: caller
        ).ciphertextBlob
    }

    func decrypt(_ blob: [UInt8], by service: KMSService? = nil) throws -> String {
        let opened = try (service ?? self.service).decrypt(
            DecryptRequest(ciphertextBlob: blob), caller: caller)
        return String(decoding: Bed.bytes(opened.plaintext), as: UTF8.self)
    }

    /// What a record of DeleteKey says became of the key in its token.
    static func isDestroyed(_ event: AuditEvent) -> Bool? {
        guard case .boolean(let isDestroyed)? = event.additional.first?.value else { return nil }
        return isDestroyed
    }

    /// What a client is told.
    func refusal(_ body: () throws -> Void) -> KMSError? {
        do {
            try body()
            Issue.record("was not refused")
        } catch let error as KMSServiceError {
            return error.clientError
        } catch { Issue.record("\(error)") }
        return nil
    }
}
