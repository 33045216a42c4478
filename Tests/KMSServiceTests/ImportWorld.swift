import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import OpenSSLCrypto
import SecretMemory
import Synchronization
import Testing

/// A key of origin EXTERNAL, and the owner of what belongs into it.
struct ImportWorld {
    let fixture: Fixture
    let owner: MaterialOwner
    let key: String
    let caller: Caller
    let service: KMSService

    init(
        _ assembly: Assembly = .softwareOverMemory, spec: KeySpec = .symmetricDefault,
        multiRegion: Bool = false, authorizer: (any Authorizer)? = nil
    ) throws {
        fixture = try Fixture(assembly)
        caller = fixture.caller
        owner = try MaterialOwner()
        // Other regions are not the local root's.
        let authorizer = authorizer ?? (multiRegion ? RecordingAuthorizer() : nil)
        service =
            authorizer.map { [fixture] in
                KMSService(
                    store: fixture.store, backend: fixture.backend, audit: fixture.audit,
                    authorizer: $0, clock: fixture.clock, root: fixture.root)
            } ?? fixture.service
        key = try Self.makeKey(spec, service, caller, multiRegion: multiRegion)
    }

    /// The same key in another region, where it is made a replica of.
    func replica(in region: String) throws -> ImportWorld {
        let made = try service.replicateKey(
            ReplicateKeyRequest(keyID: key, replicaRegion: region), caller: caller)
        return ImportWorld(
            of: self, key: made.replicaKeyMetadata.arn, caller: caller.asking(region))
    }

    private init(of other: ImportWorld, key: String, caller: Caller) {
        (fixture, owner, service) = (other.fixture, other.owner, other.service)
        (self.key, self.caller) = (key, caller)
    }

    func makeKey(_ spec: KeySpec) throws -> String {
        try Self.makeKey(spec, service, caller, multiRegion: false)
    }

    private static func makeKey(
        _ spec: KeySpec, _ service: KMSService, _ caller: Caller, multiRegion: Bool
    ) throws -> String {
        let usage: KeyUsage =
            switch spec {
            case .symmetricDefault: .encryptDecrypt
            case .hmac224, .hmac256, .hmac384, .hmac512: .generateVerifyMAC
            case .mlKEM512, .mlKEM768, .mlKEM1024: .encapsulateDecapsulate
            default: .signVerify
            }
        return try service.createKey(
            CreateKeyRequest(
                keyUsage: usage, keySpec: spec, origin: .external, multiRegion: multiRegion),
            caller: caller
        ).keyMetadata.arn
    }

    var metadata: KeyMetadata {
        get throws {
            try service.describeKey(DescribeKeyRequest(keyID: key), caller: caller).keyMetadata
        }
    }

    func seal() throws -> [UInt8] {
        try service.generateDataKeyWithoutPlaintext(
            GenerateDataKeyWithoutPlaintextRequest(keyID: key, keySpec: .aes256), caller: caller
        ).ciphertextBlob
    }

    func opens(_ blob: [UInt8]) throws -> Bool { try service.canDecrypt(blob, caller) }

    func deleteMaterial(_ id: String? = nil) throws {
        _ = try service.deleteImportedKeyMaterial(
            DeleteImportedKeyMaterialRequest(keyID: key, keyMaterialID: id), caller: caller)
    }

    func rotate() throws {
        _ = try service.rotateKeyOnDemand(RotateKeyOnDemandRequest(keyID: key), caller: caller)
    }

    var versions: [KeyVersion] {
        get throws {
            let name = try #require(KeyName(text: key.split(separator: "/").last ?? ""))
            return try fixture.store.read { store in
                let found = try #require(try store.key(named: name, in: caller.region))
                return try store.versions(of: found.id)
            }
        }
    }

    func rotations() throws -> [RotationsListEntry] {
        try service.listKeyRotations(
            ListKeyRotationsRequest(keyID: key, includeKeyMaterial: .allKeyMaterial),
            caller: caller
        ).rotations
    }

    /// The first version's material.
    func handle() throws -> any KeyHandle {
        let version = try #require(try versions.first)
        let key = try #require(try fixture.store.read { try $0.key(version.keyID) })
        return try fixture.backend.openMaterial(
            version.sealedMaterial, of: key.id, version: version.id, purpose: key.purpose)
    }

    func parameters(
        _ algorithm: WrappingAlgorithm, _ spec: WrappingKeySpec
    ) throws -> GetParametersForImportResponse {
        try service.getParametersForImport(
            GetParametersForImportRequest(
                keyID: key, wrappingAlgorithm: algorithm, wrappingKeySpec: spec),
            caller: caller)
    }

    func send(
        _ wrapped: [UInt8], _ token: [UInt8], key: String? = nil, caller: Caller? = nil
    ) throws -> ImportKeyMaterialResponse {
        try service.importKeyMaterial(
            ImportKeyMaterialRequest(
                keyID: key ?? self.key, importToken: token, encryptedKeyMaterial: wrapped,
                expirationModel: .keyMaterialDoesNotExpire), caller: caller ?? self.caller)
    }

    /// All of it: the parameters, the wrapping by the owner's tool, the import.
    @discardableResult
    func importMaterial(
        _ material: [UInt8], by algorithm: WrappingAlgorithm = .rsaesOAEPSHA256,
        to spec: WrappingKeySpec = .rsa2048, tool: MaterialOwner.Tool = .openssl,
        type: ImportType? = nil, validTo: Double? = nil, description: String? = nil,
        materialID: String? = nil
    ) throws -> ImportKeyMaterialResponse {
        let parameters = try parameters(algorithm, spec)
        let wrapped = try owner.wrap(material, to: parameters.publicKey, by: algorithm, with: tool)
        return try service.importKeyMaterial(
            ImportKeyMaterialRequest(
                keyID: key, importToken: parameters.importToken, encryptedKeyMaterial: wrapped,
                validTo: validTo,
                expirationModel: validTo == nil ? .keyMaterialDoesNotExpire : nil,
                importType: type, keyMaterialDescription: description, keyMaterialID: materialID),
            caller: caller)
    }
}

/// Allows everything, and remembers what it was asked.
final class RecordingAuthorizer: Authorizer {
    private let asked: Mutex<[AuthorizationRequest]> = Mutex([])

    var requests: [AuthorizationRequest] { asked.withLock { $0 } }

    func decide(
        _ request: AuthorizationRequest, in transaction: (any KeyStoreReader)?
    ) throws -> AuthorizationDecision {
        asked.withLock { $0.append(request) }
        return .allowed
    }
}

extension KMSService {
    func canDecrypt(_ blob: [UInt8], _ caller: Caller) throws -> Bool {
        try decrypt(DecryptRequest(ciphertextBlob: blob), caller: caller)
            .plaintext.byteCount > 0
    }
}

extension KeySpec {
    var hmacDigest: MessageDigest? {
        switch self {
        case .hmac224: .sha224
        case .hmac256: .sha256
        case .hmac384: .sha384
        case .hmac512: .sha512
        default: nil
        }
    }
}
