import AuditLog
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

    @Test("What was made in the way of a restored log is kept beside the old one")
    func strayLog() throws {
        let blob = try stopped(afterRenaming: 0, ready: true)
        // The old log has been moved, and somebody has begun another in its place.
        for name in ["replaced-0123456789abcdef/audit", "audit"] {
            try files.createDirectory(
                atPath: path(name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            #expect(files.createFile(atPath: path(name + "/log.jsonl"), contents: Data(name.utf8)))
        }
        let keys = try EmbeddedKeyService.open(in: directory.path)
        let response = try keys.service.decrypt(
            DecryptRequest(ciphertextBlob: blob), caller: keys.caller)
        #expect(response.plaintext.byteCount == 8)
        try keys.close()
        #expect(try EmbeddedKeyService.verifyAudit(in: directory.path).findings.isEmpty)
        let kept = "replaced-0123456789abcdef"
        for (name, content) in [("audit", kept + "/audit"), ("audit.2", "audit")] {
            #expect(
                files.contents(atPath: path("\(kept)/\(name)/log.jsonl")) == Data(content.utf8))
        }
    }

    @Test("Who opens a keystore whose log a restore has moved for a moment waits for the new one")
    func logOnItsWay() throws {
        try EmbeddedKeyService.create(in: directory.path, rootPassphrase: nil).close()
        let place = try KeystoreDirectory(opening: directory.path)
        try place.lock()
        try place.rename("audit", to: "audit.creating")
        let opening = Thread {
            // What it finds is looked at below.
            try? EmbeddedKeyService.open(in: self.directory.path).close()
        }
        opening.start()
        usleep(300_000)
        // An opener that did not wait would have put a directory here by now.
        #expect(try !place.contains("audit"))
        try place.rename("audit.creating", to: "audit")
        place.unlock()
        while !opening.isFinished { usleep(1000) }
        #expect(try EmbeddedKeyService.verifyAudit(in: directory.path).findings.isEmpty)
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
