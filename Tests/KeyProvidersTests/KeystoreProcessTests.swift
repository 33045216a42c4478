import AgentTestSupport
import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KeyProviders
import SecretMemory
import Testing

extension Duration {
    fileprivate var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}

/// Several real processes on one keystore, and processes that are killed.
@Suite(.serialized) struct KeystoreProcessTests {
    private let directory = TemporaryDirectory()
    private var keystore: [UInt8] { directory.path(of: "keystore") }
    private var name: String { directory.text + "/keystore" }

    private func works(_ keys: EmbeddedKeyService) throws -> Bool {
        let made = try keys.service.generateDataKey(
            GenerateDataKeyRequest(keyID: "alias/default", keySpec: .aes256), caller: keys.caller)
        let opened = try keys.service.decrypt(
            DecryptRequest(ciphertextBlob: made.ciphertextBlob), caller: keys.caller)
        return opened.plaintext.byteCount == 32
    }

    @Test("Processes that use one keystore at once all succeed, and the log stays whole")
    func atOnce() throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let processes = try (0..<3).map { _ in try KeystoreProcess("work", name, "8") }
        #expect(processes.map { $0.finish().code } == [0, 0, 0])
        let keys = try EmbeddedKeyService.open(in: keystore)
        let report = try EmbeddedKeyService.verifyAudit(in: keys.directory)
        #expect(report.findings.isEmpty)
        // Two for the making, one for the log itself, six for each round.
        #expect(report.lineCount == 3 + 3 * 8 * 6)
        #expect(
            try keys.service.listKeys(ListKeysRequest(), caller: keys.caller).keys.count == 25)
    }

    @Test("Of processes that start at once in an empty home one makes the keystore, all can use it")
    func firstUse() throws {
        let processes = try (0..<4).map { _ in try KeystoreProcess("open-or-create", name) }
        let results = processes.map { $0.finish() }
        #expect(results.allSatisfy { $0.code == 0 })
        #expect(results.filter { $0.output == "made\n" }.count == 1)
        #expect(results.filter { $0.output == "opened\n" }.count == 3)
    }

    @Test("A process killed while it makes a keystore leaves none or a whole one")
    func killedCreation() throws {
        for round in 0..<30 {
            let name = directory.text + "/\(round)"
            let process = try KeystoreProcess("create", name)
            // Spread over what a creation takes, from the start of the program on.
            usleep(UInt32(round) * 2500)
            process.kill()
            let path = Array(name.utf8)
            do {
                let opened = try EmbeddedKeyService.open(in: path)
                #expect(try works(opened))
            } catch EmbeddedKeyServiceError.missing {
                let made = try EmbeddedKeyService.create(in: path, rootPassphrase: nil)
                #expect(try works(made))
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: name)
            #expect(left.allSatisfy { !$0.contains("creating") }, "\(left)")
        }
    }

    @Test("A process killed while it moves the root leaves the old or the new one, and all keys")
    func killedMove() throws {
        let first = try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil)
        for _ in 0..<20 {
            _ = try first.service.createKey(CreateKeyRequest(), caller: first.caller)
        }
        let accessKeys = try AccessKeyPair(in: first)
        try first.close()
        let kinds = ["file", "a/token", "a/isolated", "b/isolated", "b/token"]
        let begin = ContinuousClock.now
        #expect(try KeystoreProcess("move-root", name, "a/isolated").finish().output == "moved\n")
        let duration = ContinuousClock.now - begin
        var changes = 0
        for round in 0..<50 {
            let before = FileManager.default.contents(atPath: name + "/root.key")
            let process = try KeystoreProcess("move-root", name, kinds[round % kinds.count])
            // Spread over what a move takes, from the start of the program on, and a little longer.
            usleep(UInt32((duration * (round % 25) / 20).microseconds))
            process.kill()
            let keys = try EmbeddedKeyService.open(in: keystore, token: ServedToken.source)
            #expect(try worksWithEach(keys) == 21)
            #expect(try accessKeys.work(in: keys))
            try keys.close()
            changes +=
                FileManager.default.contents(atPath: name + "/root.key") == before ? 0 : 1
            let left = try FileManager.default.contentsOfDirectory(atPath: name)
            #expect(!left.contains { $0.contains("moving") }, "\(left)")
        }
        // Otherwise all were killed before or after, and nothing was shown.
        #expect((1..<50).contains(changes))
        #expect(
            try EmbeddedKeyService.verifyAudit(in: keystore, token: ServedToken.source).isIntact)
    }

    @Test("Processes at work while the root moves lose no key: they work, or are refused")
    func workMeanwhile() throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let workers = try (0..<2).map { _ in try KeystoreProcess("work", name, "1000") }
        for kind in ["a/isolated", "file", "a/token", "b/isolated"] {
            #expect(try KeystoreProcess("move-root", name, kind).finish().output == "moved\n")
        }
        for worker in workers { #expect(worker.finish().code != 0) }
        let keys = try EmbeddedKeyService.open(in: keystore, token: ServedToken.source)
        #expect(try worksWithEach(keys) > 0)
        #expect(
            try EmbeddedKeyService.verifyAudit(in: keystore, token: ServedToken.source).isIntact)
    }

    /// How many keys there are, each of which has sealed and opened something.
    private func worksWithEach(_ keys: EmbeddedKeyService) throws -> Int {
        let all = try keys.service.listKeys(ListKeysRequest(limit: 1000), caller: keys.caller).keys
        for key in all {
            let made = try keys.service.generateDataKey(
                GenerateDataKeyRequest(keyID: key.keyID, keySpec: .aes256), caller: keys.caller)
            let opened = try keys.service.decrypt(
                DecryptRequest(ciphertextBlob: made.ciphertextBlob), caller: keys.caller)
            #expect(opened.plaintext.byteCount == 32)
        }
        return all.count
    }

    @Test("A process killed at work leaves a keystore that opens and a log that verifies")
    func killedWork() throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        for round in 0..<10 {
            let process = try KeystoreProcess("work", name, "1000")
            usleep(40_000 + UInt32(round) * 7000)
            process.kill()
            let keys = try EmbeddedKeyService.open(in: keystore)
            #expect(try works(keys))
            #expect(try EmbeddedKeyService.verifyAudit(in: keys.directory).isIntact)
        }
    }
}
