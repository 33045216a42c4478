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

/// What the suite runs over: every backend over every store.
enum Assembly: CaseIterable, CustomTestStringConvertible {
    case softwareOverMemory
    case vaultOverMemory
    case softwareOverSQLite
    case tokenOverMemory

    var testDescription: String { "\(self)" }
}

/// A service with a clock that can be turned and records that can be read.
final class Fixture: Sendable {
    let store: any KeyStore
    let backend: any KeyBackend
    let root: any RootOfTrust
    let audit = RecordingAuditSink()
    let clock = TurnedClock()
    let service: KMSService
    let caller = Caller.localRoot(of: .local)

    private let directory = TemporaryDirectory()

    init(_ assembly: Assembly = .softwareOverMemory) throws {
        switch assembly {
        case .softwareOverMemory, .vaultOverMemory, .tokenOverMemory: store = InMemoryKeyStore()
        case .softwareOverSQLite:
            store = try SQLiteKeyStore.create(at: directory.path(of: "keys.sqlite"))
        }
        switch assembly {
        case .softwareOverMemory, .softwareOverSQLite:
            let software = try Fixture.freshRoot()
            (backend, root) = (SoftwareKeyBackend(root: software), software)
        case .vaultOverMemory: (backend, root) = (VaultKeyBackend(), try Fixture.freshRoot())
        case .tokenOverMemory:
            let token = try Fixture.tokenRoot.get()
            (backend, root) = (token, token)
        }
        service = Fixture.service(store, backend, audit, clock, root)
    }

    /// A second service over the same store, as another process would have.
    func secondService() -> KMSService { Fixture.service(store, backend, audit, clock, root) }

    static func service(
        _ store: any KeyStore, _ backend: any KeyBackend, _ audit: any AuditSink,
        _ clock: any WallClock, _ root: any RootOfTrust
    ) -> KMSService {
        KMSService(
            store: store, backend: backend, audit: audit,
            authorizer: LocalRootAuthorizer(realm: .local), clock: clock, root: root)
    }

    /// SoftHSM2's, one for all: the module finds out once which tokens there are.
    static let tokenRoot = Result {
        let label = SoftToken.prepare(23)
        let token = try Token(
            uri: TokenURI("pkcs11:token=\(label)"), modulePath: SoftToken.module
        ) { unsafe SecretBytes(copying: Array(SoftToken.pin.utf8).span.bytes) }
        try TokenRoot.create(token: token, name: "root")
        return try TokenRoot(token: token, name: "root")
    }

    static func freshRoot() throws -> SoftwareRootOfTrust {
        guard let root = SoftwareRootOfTrust(key: SecretBytes(randomByteCount: 32)) else {
            throw KMSError.kmsInternal("root")
        }
        return root
    }

    /// A new key's ARN.
    func makeKey() throws -> String {
        try service.createKey(CreateKeyRequest(), caller: caller).keyMetadata.arn
    }

    func encrypt(
        _ text: String, under key: String, context: EncryptionContext = .empty
    ) throws -> [UInt8] {
        let request = unsafe EncryptRequest(
            keyID: key, plaintext: SecretBytes(copying: Array(text.utf8).span.bytes),
            encryptionContext: context)
        return try service.encrypt(request, caller: caller).ciphertextBlob
    }

    func decrypt(
        _ blob: [UInt8], context: EncryptionContext = .empty, keyID: String? = nil
    ) throws -> String {
        let request = DecryptRequest(
            ciphertextBlob: blob, encryptionContext: context, keyID: keyID)
        let response = try service.decrypt(request, caller: caller)
        return response.plaintext.withBytes { $0.text }
    }

    func metadata(_ key: String) throws -> KeyMetadata {
        try service.describeKey(DescribeKeyRequest(keyID: key), caller: caller).keyMetadata
    }
}

extension RawSpan {
    /// Test plaintexts are no secrets.
    var bytes: [UInt8] {
        (0..<byteCount).map { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The refusal that `body` ends in.
func refusal(_ body: () throws -> Void) -> KMSError? {
    do {
        try body()
        Issue.record("was not refused")
        return nil
    } catch KMSServiceError.refused(let error) {
        return error
    } catch {
        Issue.record("another error: \(error)")
        return nil
    }
}
