import FileIO
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KMSWire
import SecretMemory
import Testing

@testable import RemoteKeys

/// The proxy of `xks-proxy.py`, over TLS, for all tests; what it does is in the path that is asked.
final class XKSProxyProcess: Sendable {
    static let isThere: Bool = {
        guard RealService.python != nil else { return false }
        return (try? RealService.pythonLines(["-c", "import botocore, cryptography"])) != nil
    }()

    static let shared = Result { try XKSProxyProcess() }

    let service: RealService
    let folder: URL
    /// The same program with a certificate for another host.
    let elsewhere: RealService

    init() throws {
        folder = RealService.newFolder()
        try Certificates.make(in: folder)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("xks-proxy.py").path
        let folder = folder
        func start(_ name: String, in place: URL) throws -> RealService {
            let port = try RealService.freePort()
            let service = try RealService(
                try require(RealService.python), port: port, folder: place,
                arguments: [
                    "-B", script, "\(port)", folder.appendingPathComponent(name + ".crt").path,
                    folder.appendingPathComponent(name + ".key").path,
                ])
            try service.waitUntilReady()
            return service
        }
        service = try start("server", in: folder)
        elsewhere = try start("elsewhere", in: RealService.newFolder())
    }

    var authorities: FilePath { FilePath(text: folder.appendingPathComponent("ca.crt").path) }

    /// What the path `moody` does from now on.
    func setMood(_ mood: String) throws {
        try Data(mood.utf8).write(to: folder.appendingPathComponent("mood"))
    }

    /// What was let in at paths that begin so.
    func requests(_ prefix: String) throws -> [[String: Any]] {
        try String(contentsOf: folder.appendingPathComponent("requests"), encoding: .utf8)
            .split(separator: "\n").compactMap { line in
                let json = try JSONSerialization.jsonObject(with: Data(line.utf8))
                guard let json = json as? [String: Any],
                    let path = json["path"] as? String, path.hasPrefix(prefix)
                else { return nil }
                return json["body"] as? [String: Any]
            }
    }
}

/// A key service that knows the proxy under several names.
final class XKSWorld {
    static let accessKey = "AKIAXKSPROXYTESTKEY2"
    static let secret = String(repeating: "x", count: 43)
    static let endpoint = "https://xks.example.com"
    /// The same with AWS's 250 ms; the other waits as long as a busy machine may need.
    static let hasty = "https://hasty.example.com"
    static let otherHost = "https://other-host.example.com"
    static let untrusted = "https://untrusted.example.com"
    static let silent = "https://silent.example.com"
    static let unknown = "https://unknown.example.com"

    let caller = Caller.localRoot(of: .local)
    let audit = RecordingAuditSink()
    let clock = TurnedClock()
    let store = InMemoryKeyStore()
    let proxy: XKSProxyProcess
    let service: KMSService
    let root: SoftwareRootOfTrust
    private let proxies: XKSProxies

    init() throws {
        let proxy = try XKSProxyProcess.shared.get()
        self.proxy = proxy
        let key = SoftwareRootOfTrust(key: SecretBytes(randomByteCount: 32))
        root = try #require(key)
        func settings(
            _ endpoint: String, _ port: Int, timeout: Duration = .seconds(20),
            tls: TLSSettings? = nil
        ) throws -> XKSProxySettings {
            let settings = XKSProxySettings(
                endpoint: endpoint, url: "https://127.0.0.1:\(port)",
                tls: tls ?? TLSSettings(authorities: proxy.authorities), timeout: timeout)
            return try #require(settings)
        }
        let port = proxy.service.port
        proxies = try XKSProxies([
            settings(Self.endpoint, port),
            settings(Self.hasty, port, timeout: XKSProxySettings.timeout),
            settings(Self.otherHost, proxy.elsewhere.port),
            settings(Self.untrusted, port, tls: TLSSettings()),
            settings(Self.silent, RealService.freePort()),
        ])
        service = Self.service(store, root, proxies, audit, clock)
    }

    /// Another process over the same store, or the same after a restart.
    func secondService() -> KMSService { Self.service(store, root, proxies, audit, clock) }

    private static func service(
        _ store: InMemoryKeyStore, _ root: SoftwareRootOfTrust, _ proxies: XKSProxies,
        _ audit: RecordingAuditSink, _ clock: TurnedClock
    ) -> KMSService {
        KMSService(
            store: store, backend: SoftwareKeyBackend(root: root), audit: audit,
            authorizer: LocalRootAuthorizer(realm: .local), clock: clock, root: root,
            customKeyStores: CustomKeyStoreConnections(
                root: root, clusters: nil, proxies: proxies))
    }

    static func path(_ manner: String) -> String { "/\(manner)/kms/xks/v1" }

    private static func credential(
        _ accessKey: String, _ secret: String
    ) -> XksProxyAuthenticationCredential {
        XksProxyAuthenticationCredential(
            accessKeyID: accessKey, rawSecretAccessKey: bytes(secret))
    }

    static func bytes(_ text: String) -> SecretBytes {
        unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
    }

    func make(
        _ manner: String = "good", name: String? = nil, endpoint: String = XKSWorld.endpoint,
        accessKey: String = XKSWorld.accessKey, secret: String = XKSWorld.secret,
        connectivity: XksProxyConnectivity = .publicEndpoint
    ) throws -> String {
        try service.createCustomKeyStore(
            CreateCustomKeyStoreRequest(
                customKeyStoreName: name ?? manner, customKeyStoreType: .externalKeyStore,
                xksProxyURIEndpoint: endpoint, xksProxyURIPath: Self.path(manner),
                xksProxyAuthenticationCredential: Self.credential(accessKey, secret),
                xksProxyConnectivity: connectivity), caller: caller
        ).customKeyStoreID
    }

    /// A store that is connected and whose proxy is in this manner.
    func connected(_ manner: String = "good", endpoint: String = XKSWorld.endpoint) throws -> String
    {
        let id = try make(manner, endpoint: endpoint)
        try connect(id)
        #expect(try entry(id).connectionState == .connected)
        return id
    }

    func update(
        _ id: String, name: String? = nil, endpoint: String? = nil, manner: String? = nil,
        accessKey: String? = nil, secret: String = XKSWorld.secret
    ) throws {
        try service.updateCustomKeyStore(
            UpdateCustomKeyStoreRequest(
                customKeyStoreID: id, newCustomKeyStoreName: name, xksProxyURIEndpoint: endpoint,
                xksProxyURIPath: manner.map(Self.path),
                xksProxyAuthenticationCredential: accessKey.map { Self.credential($0, secret) }),
            caller: caller)
    }

    func connect(_ id: String) throws {
        try service.connectCustomKeyStore(
            ConnectCustomKeyStoreRequest(customKeyStoreID: id), caller: caller)
    }

    func disconnect(_ id: String) throws {
        try service.disconnectCustomKeyStore(
            DisconnectCustomKeyStoreRequest(customKeyStoreID: id), caller: caller)
    }

    func entry(_ id: String) throws -> CustomKeyStoresListEntry {
        let found = try service.describeCustomKeyStores(
            DescribeCustomKeyStoresRequest(customKeyStoreID: id), caller: caller)
        return try #require(found.customKeyStores.first)
    }

    /// The new key's ARN.
    func makeKey(_ external: String? = "key-1", in id: String?) throws -> String {
        try service.createKey(
            CreateKeyRequest(
                origin: .externalKeyStore, customKeyStoreID: id, xksKeyID: external),
            caller: caller
        ).keyMetadata.arn
    }

    func encrypt(
        _ text: String, under key: String, context: EncryptionContext = .empty
    ) throws -> [UInt8] {
        try service.encrypt(
            EncryptRequest(
                keyID: key, plaintext: Self.bytes(text), encryptionContext: context),
            caller: caller
        ).ciphertextBlob
    }

    func decrypt(
        _ blob: [UInt8], context: EncryptionContext = .empty, by service: KMSService? = nil
    ) throws -> String {
        let opened = try (service ?? self.service).decrypt(
            DecryptRequest(ciphertextBlob: blob, encryptionContext: context), caller: caller)
        return opened.plaintext.withBytes { bytes in
            String(
                decoding: bytes.byteOffsets.map {
                    unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
                }, as: UTF8.self)
        }
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

    /// Its name and the beginning of its message.
    func told(_ body: () throws -> Void) -> String {
        refusal(body).map { "\($0.exceptionName): \(($0.message ?? "").prefix(60))" } ?? ""
    }
}
