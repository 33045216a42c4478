import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import SecretMemory
import Testing

@testable import KeyProviders

/// Each state that a stopped creation or restore can leave, made by hand.
@Suite struct KeystoreAssemblyTests {
    private let directory = TemporaryDirectory()
    private var files: FileManager { .default }

    private func path(_ name: String) -> String { directory.text + "/" + name }

    /// A whole keystore whose first `finished` parts have their names, the others not yet.
    private func stopped(afterRenaming finished: Int, ready: Bool) throws -> [UInt8] {
        let made = try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil)
        let blob = try made.service.encrypt(
            EncryptRequest(
                keyID: "alias/default", plaintext: SecretBytes(randomByteCount: 8)),
            caller: made.caller
        ).ciphertextBlob
        try made.close()
        for part in KeystoreAssembly.parts[finished...] {
            try files.moveItem(
                atPath: path(part), toPath: path(KeystoreAssembly.unfinished(part)))
        }
        if ready {
            #expect(
                files.createFile(
                    atPath: path(KeystoreAssembly.readyMark),
                    contents: Data("replaced-0123456789abcdef".utf8),
                    attributes: [.posixPermissions: 0o600]))
        }
        return blob
    }

    @Test("A keystore that was all made is completed by whoever opens it", arguments: 0...3)
    func completed(finished: Int) throws {
        let blob = try stopped(afterRenaming: finished, ready: true)
        let keys = try EmbeddedKeyService.open(in: directory.path)
        let response = try keys.service.decrypt(
            DecryptRequest(ciphertextBlob: blob), caller: keys.caller)
        #expect(response.plaintext.byteCount == 8)
        let names = Set(try files.contentsOfDirectory(atPath: directory.text))
        #expect(names.isSuperset(of: ["root.key", "keys.sqlite", "audit"]))
        #expect(!names.contains { $0.contains("creating") })
    }

    @Test("A keystore that was not all made counts as none, and making it anew clears it away")
    func startedAnew() throws {
        _ = try stopped(afterRenaming: 0, ready: false)
        #expect(throws: EmbeddedKeyServiceError.missing) {
            try EmbeddedKeyService.open(in: directory.path)
        }
        #expect(try !EmbeddedKeyService.exists(in: directory.path))
        try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil).close()
        let names = try files.contentsOfDirectory(atPath: directory.text)
        #expect(!names.contains { $0.contains("creating") })
    }

    @Test("Creation completes what is ready instead of making another")
    func creationCompletes() throws {
        _ = try stopped(afterRenaming: 1, ready: true)
        #expect(throws: EmbeddedKeyServiceError.alreadyExists) {
            try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil)
        }
        try EmbeddedKeyService.open(in: directory.path).close()
    }

    @Test("A log without keys is nobody's to go on with")
    func orphanedLog() throws {
        try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil).close()
        for name in ["root.key", "keys.sqlite"] { try files.removeItem(atPath: path(name)) }
        #expect(
            throws: EmbeddedKeyServiceError.incomplete(missing: ["root.key", "keys.sqlite"])
        ) { try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil) }
    }
}
