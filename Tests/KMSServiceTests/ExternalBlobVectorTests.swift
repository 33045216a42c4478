import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import OpenSSLCrypto
import SecretMemory
import Synchronization
import Testing

/// Those of Formats/vectors-blob that are of external keys.
@Suite struct ExternalBlobVectorTests {
    /// A key manager that has the vector's key, and notes how often it is asked.
    private final class VectorKeyManager: ExternalKeyConnector, ExternalKeyManager {
        let vector: BlobVectorTests.Vector
        let decryptCount = Mutex(0)

        init(_ vector: BlobVectorTests.Vector) { self.vector = vector }

        func manager(
            at proxy: KeyStoreProxy, region: String, secret: consuming SecretBytes
        ) throws(ProxyFailure) -> any ExternalKeyManager {
            guard secret.withBytes({ $0.bytes }) == BlobVectorTests.bytes(vector.secret) else {
                throw .refused(.authenticationFailed)
            }
            return self
        }

        func checkHealth(_ call: ExternalKeyCall) throws(ProxyFailure) {}

        func describe(
            _ keyID: String, _ call: ExternalKeyCall
        ) throws(ProxyFailure) -> ExternalKey {
            throw .refused(.keyNotFound)
        }

        func encrypt(
            _ plaintext: [UInt8], under keyID: String, associatedData: [UInt8],
            _ call: ExternalKeyCall
        ) throws(ProxyFailure) -> ExternalCiphertext {
            throw .refused(.keyNotFound)
        }

        /// The vectors' initialisation vectors are zero.
        func decrypt(
            _ ciphertext: ExternalCiphertext, under keyID: String, associatedData: [UInt8],
            _ call: ExternalKeyCall
        ) throws(ProxyFailure) -> [UInt8] {
            decryptCount.withLock { $0 += 1 }
            guard keyID == vector.externalKeyId else { throw .refused(.keyNotFound) }
            let key = unsafe SecretBytes(
                copying: BlobVectorTests.bytes(vector.externalKey).span.bytes)
            let bound =
                [0, UInt8(associatedData.count)] + associatedData
                + [UInt8(ciphertext.metadata.count)] + ciphertext.metadata
            let body = ciphertext.ciphertext + ciphertext.tag
            do {
                return try key.withBytes { key in
                    unsafe try AES256GCM.open(
                        body.span.bytes, underOneTimeKey: key, associatedData: bound)
                }.withBytes { $0.bytes }
            } catch { throw .refused(.invalidCiphertext) }
        }
    }

    @Test(
        "A blob of an external key opens, or fails before the proxy is asked, as its vector says",
        arguments: try BlobVectorTests.vectors().filter { $0.externalKey != nil })
    func blob(vector: BlobVectorTests.Vector) throws {
        let made = unsafe SoftwareRootOfTrust(
            key: SecretBytes(copying: BlobVectorTests.bytes(vector.root).span.bytes))
        let root = try #require(made)
        let keyID = try #require(KeyID(bytes: BlobVectorTests.bytes(vector.keyId)))
        let versionID = try #require(VersionID(bytes: BlobVectorTests.bytes(vector.versionId)))
        let storeID = try #require(vector.keyStoreId)
        let key = Key(
            name: KeyName(keyID), home: .local, spec: .symmetricDefault, usage: .encryptDecrypt,
            description: "", creationDate: TurnedClock.start, firstVersion: versionID
        ).with(.externalKey(id: try #require(vector.externalKeyId), storeID: storeID))
        let store = InMemoryKeyStore()
        try store.write { store in
            try store.insert(
                CustomKeyStore(
                    id: storeID, home: .local, name: "store",
                    place: .proxy(
                        KeyStoreProxy(
                            endpoint: "https://xks.example.com", path: "/kms/xks/v1",
                            accessKeyID: "A")),
                    sealedSecret: BlobVectorTests.bytes(vector.sealedSecret),
                    connection: .connected, creationDate: TurnedClock.start))
            try store.insert(key)
            try store.insert(
                KeyVersion(
                    id: versionID, keyID: keyID, creationDate: TurnedClock.start,
                    cause: .creation, sealedMaterial: BlobVectorTests.bytes(vector.row)))
        }
        let manager = VectorKeyManager(vector)
        let service = KMSService(
            store: store, backend: SoftwareKeyBackend(root: root), audit: RecordingAuditSink(),
            authorizer: LocalRootAuthorizer(realm: .local), clock: TurnedClock(), root: root,
            customKeyStores: CustomKeyStoreConnections(
                root: root, clusters: nil, proxies: manager))
        let context = try EncryptionContext(
            (vector.context ?? []).map {
                (key: BlobVectorTests.bytes($0[0]), value: BlobVectorTests.bytes($0[1]))
            })
        let request = DecryptRequest(
            ciphertextBlob: BlobVectorTests.bytes(vector.blob), encryptionContext: context)
        let caller = Caller.localRoot(of: .local)
        switch vector.expect {
        case "ok":
            let response = try service.decrypt(request, caller: caller)
            #expect(
                response.plaintext.withBytes { $0.bytes }
                    == BlobVectorTests.bytes(vector.plaintext))
            #expect(manager.decryptCount.withLock { $0 } == 1)
        case "InvalidCiphertextException":
            #expect(
                refusal { _ = try service.decrypt(request, caller: caller) } == .invalidCiphertext)
            #expect(manager.decryptCount.withLock { $0 } == 0)
        default: Issue.record("unknown expectation \(vector.expect)")
        }
    }
}
