import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KeyProviders
import SecretMemory
import Testing

@Suite struct EmbeddedKeyServiceTests {
    private let directory = TemporaryDirectory()
    private var keystore: [UInt8] { directory.path(of: "a/keystore") }
    private var files: String { directory.text + "/a/keystore" }

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: files + name)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    private func dataKey(_ keys: EmbeddedKeyService) throws -> [UInt8] {
        try keys.service.generateDataKey(
            GenerateDataKeyRequest(keyID: "alias/default", keySpec: .aes256), caller: keys.caller
        ).ciphertextBlob
    }

    private func opens(_ blob: [UInt8], with keys: EmbeddedKeyService) throws -> Bool {
        try keys.service.decrypt(DecryptRequest(ciphertextBlob: blob), caller: keys.caller)
            .plaintext.byteCount == 32
    }

    @Test("A new keystore has one key named alias/default, which works and is there again")
    func createAndOpen() throws {
        #expect(try !EmbeddedKeyService.exists(in: keystore))
        let made = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try dataKey(made)
        try made.close()
        #expect(try EmbeddedKeyService.exists(in: keystore))
        let opened = try EmbeddedKeyService.open(in: keystore)
        #expect(try opens(blob, with: opened))
        let metadata = try opened.service.describeKey(
            DescribeKeyRequest(keyID: "alias/default"), caller: opened.caller
        ).keyMetadata
        #expect(metadata.arn.hasPrefix("arn:aws:kms:coffer-local-1:000000000000:key/"))
        #expect(try EmbeddedKeyService.verifyAudit(in: opened.directory).isIntact)
    }

    @Test("Directories are made 0700 and files 0600, whatever the umask")
    func permissions() throws {
        let old = umask(0)
        defer { umask(old) }
        let made = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        _ = try dataKey(made)
        #expect(try mode("") == 0o700)
        #expect(try mode("/audit") == 0o700)
        for name in ["/root.key", "/keys.sqlite", "/audit/log.jsonl", "/audit/head"] {
            #expect(try mode(name) == 0o600, "\(name)")
        }
        for name in ["/keys.sqlite-wal", "/keys.sqlite-shm"]
        where FileManager.default.fileExists(atPath: files + name) {
            #expect(try mode(name) == 0o600, "\(name)")
        }
    }

    @Test(
        "A file or directory that others can enter is refused by name",
        arguments: ["", "/root.key", "/keys.sqlite", "/audit/log.jsonl"])
    func loosePermissions(name: String) throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o750], ofItemAtPath: files + name)
        let expected: EmbeddedKeyServiceError =
            switch name {
            case "": .looserPermissions(file: ".", mode: 0o750)
            case "/root.key": .looserPermissions(file: "root.key", mode: 0o750)
            case "/keys.sqlite": .store(.looserPermissions(mode: 0o750))
            default: .audit(.looserPermissions(mode: 0o750))
            }
        #expect(throws: expected) { try EmbeddedKeyService.open(in: keystore) }
    }

    @Test("A root key sealed with a passphrase opens with it and with no other")
    func passphrase() throws {
        func secret(_ text: String) -> SecretBytes {
            unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
        }
        let made = try EmbeddedKeyService.create(in: keystore, rootPassphrase: secret("right"))
        let blob = try dataKey(made)
        try made.close()
        #expect(throws: EmbeddedKeyServiceError.passphraseRequired) {
            try EmbeddedKeyService.open(in: keystore)
        }
        #expect(throws: EmbeddedKeyServiceError.wrongPassphrase) {
            try EmbeddedKeyService.open(in: keystore) { secret("wrong") }
        }
        let opened = try EmbeddedKeyService.open(in: keystore) { secret("right") }
        #expect(try opens(blob, with: opened))
    }

    @Test("A second creation is refused and leaves the first alone")
    func createTwice() throws {
        let made = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        let blob = try dataKey(made)
        #expect(throws: EmbeddedKeyServiceError.alreadyExists) {
            try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        }
        #expect(try opens(blob, with: made))
    }

    @Test("Of many that create at once one succeeds, and all the others find a whole keystore")
    func concurrentCreation() async throws {
        let path = keystore
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    do throws(EmbeddedKeyServiceError) {
                        try EmbeddedKeyService.create(in: path, rootPassphrase: nil).close()
                        return true
                    } catch .alreadyExists {
                        try EmbeddedKeyService.open(in: path).close()
                        return false
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(try opens(dataKey(.open(in: path)), with: .open(in: path)))
    }

    @Test("A home whose name is not UTF-8 holds a keystore like any other")
    func nonUTF8Path() throws {
        let path = directory.path + Array("/caf".utf8) + [0xE9, 0x2F, 0x6B]
        let made = try EmbeddedKeyService.create(in: path, rootPassphrase: nil)
        let blob = try dataKey(made)
        try made.close()
        #expect(try opens(blob, with: .open(in: path)))
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.text)
        #expect(names.count == 1)
    }

    @Test("No keystore, half a keystore and another keystore's root key are told apart")
    func partial() throws {
        #expect(throws: EmbeddedKeyServiceError.missing) {
            try EmbeddedKeyService.open(in: keystore)
        }
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let root = files + "/root.key"
        let kept = try #require(FileManager.default.contents(atPath: root))
        try FileManager.default.removeItem(atPath: root)
        #expect(throws: EmbeddedKeyServiceError.incomplete(missing: ["root.key"])) {
            try EmbeddedKeyService.open(in: keystore)
        }
        #expect(throws: EmbeddedKeyServiceError.incomplete(missing: ["root.key"])) {
            try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        }
        let ownerOnly: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        #expect(
            FileManager.default.createFile(
                atPath: root, contents: Data(repeating: 7, count: 32), attributes: ownerOnly))
        #expect(throws: EmbeddedKeyServiceError.rootKeyOfAnotherKeystore) {
            try EmbeddedKeyService.open(in: keystore)
        }
        #expect(
            FileManager.default.createFile(
                atPath: root, contents: kept.dropLast(), attributes: ownerOnly))
        #expect(throws: EmbeddedKeyServiceError.rootKeyDamaged) {
            try EmbeddedKeyService.open(in: keystore)
        }
    }
}
