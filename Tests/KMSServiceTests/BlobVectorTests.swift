import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

/// Every file of Formats/vectors-blob: rows and blobs made by Python from the specifications.
@Suite struct BlobVectorTests {
    struct Vector: Decodable, CustomTestStringConvertible {
        let comment: String
        let expect: String
        let root: String
        let keyId: String?
        let multiRegion: Bool?
        let versionId: String?
        let purpose: String?
        let row: String?
        let context: [[String]]?
        let encodedContext: String?
        let blob: String?
        let plaintext: String?
        let auditKey: String?
        let externalKey: String?
        let externalKeyId: String?
        let keyStoreId: String?
        let secret: String?
        let sealedSecret: String?

        var testDescription: String { comment }
    }

    static func vectors() throws -> [Vector] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Formats/vectors-blob").standardizedFileURL
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.sorted().filter { $0.hasSuffix(".json") }.map {
            try JSONDecoder().decode(
                Vector.self, from: Data(contentsOf: folder.appending(path: $0)))
        }
    }

    static func bytes(_ hex: String?) -> [UInt8] {
        let digits = Array((hex ?? "").utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    @Test("The folder has every family of vectors")
    func complete() throws {
        let expected = Set(try Self.vectors().map(\.expect))
        #expect(expected == ["ok", "InvalidCiphertextException", "row", "keystore"])
        #expect(try Self.vectors().count >= 30)
    }

    @Test(
        "A blob made from the specification opens, or fails, as its vector says",
        arguments: try vectors().filter { $0.blob != nil && $0.externalKey == nil })
    func blob(vector: Vector) throws {
        let made = unsafe SoftwareRootOfTrust(
            key: SecretBytes(copying: Self.bytes(vector.root).span.bytes))
        let root = try #require(made)
        let keyID = try #require(KeyID(bytes: Self.bytes(vector.keyId)))
        let versionID = try #require(VersionID(bytes: Self.bytes(vector.versionId)))
        let key = Key(
            name: KeyName(keyID, isMultiRegion: vector.multiRegion ?? false), home: .local,
            spec: .symmetricDefault, usage: .encryptDecrypt,
            description: "", creationDate: TurnedClock.start, firstVersion: versionID)
        #expect(key.purpose.bytes == Array((vector.purpose ?? "").utf8))
        let store = InMemoryKeyStore()
        try store.write { store in
            try store.insert(key)
            try store.insert(
                KeyVersion(
                    id: versionID, keyID: keyID, creationDate: TurnedClock.start,
                    cause: .creation, sealedMaterial: Self.bytes(vector.row)))
        }
        let context = try EncryptionContext(
            (vector.context ?? []).map { (key: Self.bytes($0[0]), value: Self.bytes($0[1])) })
        #expect(context.encoded == Self.bytes(vector.encodedContext))
        let service = Fixture.service(
            store, SoftwareKeyBackend(root: root), RecordingAuditSink(), TurnedClock(), root)
        let request = DecryptRequest(
            ciphertextBlob: Self.bytes(vector.blob), encryptionContext: context)
        let caller = Caller.localRoot(of: .local)
        switch vector.expect {
        case "ok":
            let response = try service.decrypt(request, caller: caller)
            #expect(response.plaintext.withBytes { $0.bytes } == Self.bytes(vector.plaintext))
        case "InvalidCiphertextException":
            #expect(
                refusal { _ = try service.decrypt(request, caller: caller) } == .invalidCiphertext)
        case "row":
            #expect(throws: KMSServiceError.backend(.materialNotAuthentic)) {
                _ = try service.decrypt(request, caller: caller)
            }
        default: Issue.record("unknown expectation \(vector.expect)")
        }
    }
}
