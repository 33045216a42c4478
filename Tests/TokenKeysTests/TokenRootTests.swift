import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import PKCS11Token
import SecretMemory
import Testing
import TokenBed
import TokenKeys

/// A key service whose material never leaves the token, here SoftHSM2.
@Suite(.serialized) struct TokenRootTests {
    private static let purpose = MaterialPurpose(spec: .symmetricDefault, usage: .encryptDecrypt)

    private func root(_ label: String) throws -> (Token, TokenRoot) {
        let token = try Bed.token(label)
        try TokenRoot.create(token: token, name: "root")
        return (token, try TokenRoot(token: token, name: "root"))
    }

    private func id(_ byte: UInt8) throws -> RandomID {
        try #require(RandomID(bytes: [UInt8](repeating: byte, count: 16)))
    }

    @Test("Material opens in its place only, and unchanged only")
    func place() throws {
        let (_, root) = try root(SoftToken.prepare(13))
        let (key, other) = (try id(1), try id(2))
        let row = try root.generateMaterial(for: key, version: other, purpose: Self.purpose)
        #expect(row.count == 72)
        _ = try root.openMaterial(row, of: key, version: other, purpose: Self.purpose)
        #expect(throws: KeyBackendError.materialNotAuthentic) {
            _ = try root.openMaterial(row, of: other, version: other, purpose: Self.purpose)
        }
        #expect(throws: KeyBackendError.materialNotAuthentic) {
            _ = try root.openMaterial(row, of: key, version: key, purpose: Self.purpose)
        }
        for index in row.indices {
            var changed = row
            changed[index] ^= 0x80
            #expect(throws: KeyBackendError.materialNotAuthentic, "byte \(index)") {
                _ = try root.openMaterial(changed, of: key, version: other, purpose: Self.purpose)
            }
        }
    }

    @Test("The keys of messages are the same from two openings, and after a reset of the token")
    func derivation() throws {
        let (token, root) = try root(SoftToken.prepare(14))
        let (key, version) = (try id(1), try id(2))
        let row = try root.generateMaterial(for: key, version: version, purpose: Self.purpose)
        let first = try root.openMaterial(row, of: key, version: version, purpose: Self.purpose)
        let second = try root.openMaterial(row, of: key, version: version, purpose: Self.purpose)
        let expected = try Bed.bytes(first.deriveKey(info: [1]))
        #expect(expected.count == 32)
        #expect(try Bed.bytes(second.deriveKey(info: [1])) == expected)
        #expect(try Bed.bytes(second.deriveKey(info: [2])) != expected)
        token.forget()
        #expect(try Bed.bytes(first.deriveKey(info: [1])) == expected)
        #expect(try Bed.bytes(root.derive(info: [1])) == Bed.bytes(root.derive(info: [1])))
        #expect(try Bed.bytes(root.derive(info: [1])) != expected)
    }

    @Test("Threads that use one material at once lose nothing, also while the token is reset")
    func threads() throws {
        let (token, root) = try root(SoftToken.prepare(15))
        let (key, version) = (try id(1), try id(2))
        let row = try root.generateMaterial(for: key, version: version, purpose: Self.purpose)
        let handle = try root.openMaterial(row, of: key, version: version, purpose: Self.purpose)
        let expected = try Bed.bytes(handle.deriveKey(info: [1]))
        DispatchQueue.concurrentPerform(iterations: 4) { worker in
            for round in 0..<50 {
                do {
                    #expect(try Bed.bytes(handle.deriveKey(info: [1])) == expected)
                } catch { Issue.record("\(error)") }
                if worker == 0, round == 25 { token.forget() }
            }
        }
    }

    @Test("The key service works over the token: what it seals it opens, also after rotation")
    func service() throws {
        let (_, root) = try root(SoftToken.prepare(16))
        let caller = Caller.localRoot(of: .local)
        let service = KMSService(
            store: InMemoryKeyStore(), backend: root, audit: RecordingAuditSink(),
            authorizer: LocalRootAuthorizer(realm: .local), clock: TurnedClock(), root: root)
        let key = try service.createKey(CreateKeyRequest(), caller: caller).keyMetadata.arn
        let blob = try service.encrypt(
            EncryptRequest(
                keyID: key, plaintext: Bed.pin("text"), encryptionContext: .empty),
            caller: caller
        ).ciphertextBlob
        _ = try service.rotateKeyOnDemand(RotateKeyOnDemandRequest(keyID: key), caller: caller)
        let opened = try service.decrypt(
            DecryptRequest(ciphertextBlob: blob, encryptionContext: .empty, keyID: nil),
            caller: caller)
        #expect(Bed.bytes(opened.plaintext) == Array("text".utf8))
    }
}
