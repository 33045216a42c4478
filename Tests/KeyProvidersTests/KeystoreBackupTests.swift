import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KeyProviders
import SecretMemory
import Testing

@Suite struct KeystoreBackupTests {
    private let directory = TemporaryDirectory()
    private var original: [UInt8] { directory.path(of: "original") }
    private var restored: [UInt8] { directory.path(of: "restored") }

    private func seal(_ keys: EmbeddedKeyService) throws -> [UInt8] {
        try keys.service.generateDataKey(
            GenerateDataKeyRequest(keyID: "alias/default", keySpec: .aes256), caller: keys.caller
        ).ciphertextBlob
    }

    private func opens(_ blob: [UInt8], with keys: EmbeddedKeyService) -> Bool {
        do throws(KMSServiceError) {
            return try keys.service.decrypt(
                DecryptRequest(ciphertextBlob: blob), caller: keys.caller
            ).plaintext.byteCount == 32
        } catch {
            return false
        }
    }

    /// Test keystores are no secrets.
    private func export(_ keys: EmbeddedKeyService) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try keys.exportBackup { piece in
            for index in 0..<piece.byteCount {
                unsafe bytes.append(piece.unsafeLoad(fromByteOffset: index, as: UInt8.self))
            }
        }
        return bytes
    }

    private func restore(
        _ bytes: [UInt8], to directory: [UInt8], replacing: Bool = false, chunk: Int = 1000,
        passphrase: borrowing SecretBytes? = nil, ifSealed: () throws -> SecretBytes? = { nil }
    ) throws -> EmbeddedKeyService {
        var offset = 0
        return try EmbeddedKeyService.importBackup(
            to: directory, replacing: replacing, rootPassphrase: passphrase, ifSealed: ifSealed
        ) { output in
            let count = min(chunk, output.byteCount, bytes.count - offset)
            for index in 0..<count {
                output.storeBytes(of: bytes[offset + index], toByteOffset: index, as: UInt8.self)
            }
            offset += count
            return count
        }
    }

    @Test(
        "A keystore restored from its backup opens what the original sealed",
        arguments: [1, 1000, 1 << 20])
    func roundTrip(chunk: Int) throws {
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil)
        let blob = try seal(keys)
        let copy = try restore(try export(keys), to: restored, chunk: chunk)
        #expect(opens(blob, with: copy))
        #expect(opens(try seal(copy), with: keys))
        try copy.close()
        #expect(opens(blob, with: try EmbeddedKeyService.open(in: restored)))
        #expect(try EmbeddedKeyService.verifyAudit(in: keys.directory).isIntact)
        #expect(try EmbeddedKeyService.verifyAudit(in: restored).isIntact)
    }

    @Test("Who has the keystore open that a restore replaces fails, and both logs stay intact")
    func replacedWhileOpen() throws {
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil)
        let backup = try export(keys)
        let blob = try seal(keys)
        let restored = try restore(backup, to: original, replacing: true)
        #expect(throws: KMSServiceError.audit(.moved)) { try seal(keys) }
        #expect(throws: KMSServiceError.audit(.moved)) {
            try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
        }
        #expect(opens(blob, with: restored))
        try keys.close()
        try restored.close()
        #expect(try EmbeddedKeyService.verifyAudit(in: original).findings.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(
            atPath: directory.text + "/original")
        let replaced = try #require(names.first { $0.hasPrefix("replaced-") })
        let report = try EmbeddedKeyService.verifyAudit(
            in: directory.path(of: "original/" + replaced))
        #expect(report.findings.isEmpty)
        #expect(report.head == report.end)
    }

    @Test("A keystore sealed with a passphrase comes back with the passphrase given at restore")
    func passphrase() throws {
        func secret(_ text: String) -> SecretBytes {
            unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
        }
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: secret("old"))
        let blob = try seal(keys)
        try restore(try export(keys), to: restored, passphrase: secret("new")).close()
        #expect(throws: EmbeddedKeyServiceError.wrongPassphrase) {
            try EmbeddedKeyService.open(in: restored) { secret("old") }
        }
        #expect(opens(blob, with: try EmbeddedKeyService.open(in: restored) { secret("new") }))
    }

    @Test("A sealed root key is sealed again, or left unsealed because somebody said so")
    func sealedAgain() throws {
        struct NotAsked: Error {}
        func secret(_ text: String) -> SecretBytes {
            unsafe SecretBytes(copying: Array(text.utf8).span.bytes)
        }
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: secret("old"))
        let blob = try seal(keys)
        let backup = try export(keys)
        #expect(throws: NotAsked.self) {
            try restore(backup, to: restored, ifSealed: { throw NotAsked() })
        }
        #expect(try !EmbeddedKeyService.exists(in: restored))
        let copy = try restore(backup, to: restored, ifSealed: { secret("new") })
        #expect(try copy.isRootSealed())
        try copy.close()
        #expect(throws: EmbeddedKeyServiceError.passphraseRequired) {
            try EmbeddedKeyService.open(in: restored)
        }
        #expect(opens(blob, with: try EmbeddedKeyService.open(in: restored) { secret("new") }))
        // Unsealed, its own backup no longer asks.
        let plain = try restore(backup, to: restored, replacing: true)
        #expect(try !plain.isRootSealed())
        let again = try restore(
            try export(plain), to: directory.path(of: "again"), ifSealed: { throw NotAsked() })
        #expect(opens(blob, with: again))
    }

    @Test("A backup taken while another thread changes the keystore is whole")
    func whileInUse() async throws {
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil)
        let blob = try seal(keys)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<30 {
                    _ = try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
                }
            }
            group.addTask {
                for round in 0..<4 {
                    let path = directory.path(of: "copy-\(round)")
                    let copy = try restore(export(keys), to: path)
                    #expect(opens(blob, with: copy))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("A backup cut anywhere, changed or lengthened makes no keystore")
    func damaged() throws {
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil)
        let good = try export(keys)
        for count in [0, 1, 11, 12, 43, 44, 51, 52, 53, 5000, good.count - 32, good.count - 1] {
            #expect(throws: EmbeddedKeyServiceError.backupTruncated, "cut to \(count)") {
                try restore(Array(good[..<count]), to: restored)
            }
        }
        for index in [12, 40, 60, 5000, good.count - 1] {
            var bad = good
            bad[index] ^= 1
            #expect(throws: EmbeddedKeyServiceError.backupDamaged, "byte \(index)") {
                try restore(bad, to: restored)
            }
        }
        #expect(throws: EmbeddedKeyServiceError.backupDamaged) {
            try restore(good + [0], to: restored)
        }
        var other = good
        other[0] ^= 1
        #expect(throws: EmbeddedKeyServiceError.notABackup) { try restore(other, to: restored) }
        other = good
        other[9] = 3
        #expect(throws: EmbeddedKeyServiceError.backupVersionUnsupported(3)) {
            try restore(other, to: restored)
        }
        #expect(try !EmbeddedKeyService.exists(in: restored))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.text + "/restored")
                .isEmpty)
    }

    @Test("The reader's own error comes through")
    func readerFails() throws {
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            let notAsked: () throws -> SecretBytes? = { nil }
            return try EmbeddedKeyService.importBackup(
                to: restored, replacing: false, rootPassphrase: nil, ifSealed: notAsked
            ) { _ in throw Broken() }
        }
    }

    @Test("An existing keystore is replaced only when told to, and then kept beside the new one")
    func replacing() throws {
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil)
        let blob = try seal(keys)
        let backup = try export(keys)
        let other = try EmbeddedKeyService.create(in: restored, rootPassphrase: nil)
        let theirs = try seal(other)
        try other.close()
        #expect(throws: EmbeddedKeyServiceError.alreadyExists) {
            try restore(backup, to: restored)
        }
        #expect(throws: EmbeddedKeyServiceError.backupTruncated) {
            try restore(Array(backup.dropLast()), to: restored, replacing: true)
        }
        #expect(opens(theirs, with: try EmbeddedKeyService.open(in: restored)))
        let copy = try restore(backup, to: restored, replacing: true)
        #expect(opens(blob, with: copy))
        #expect(!opens(theirs, with: copy))
        let kept = try #require(
            FileManager.default.contentsOfDirectory(atPath: directory.text + "/restored")
                .first { $0.hasPrefix("replaced-") })
        let old = try EmbeddedKeyService.open(in: directory.path(of: "restored/" + kept))
        #expect(opens(theirs, with: old))
    }

    @Test("A keystore knows whether there is a backup, and whether it is out of date")
    func state() throws {
        let clock = TurnedClock()
        let keys = try EmbeddedKeyService.create(in: original, rootPassphrase: nil, clock: clock)
        #expect(try keys.backupState() == .none)
        _ = try export(keys)
        #expect(try keys.backupState() == .none)
        clock.advance(seconds: 1)
        try keys.recordBackup()
        let made = clock.now()
        #expect(try keys.backupState() == .made(made))
        clock.advance(seconds: 1)
        _ = try keys.service.rotateKeyOnDemand(
            RotateKeyOnDemandRequest(keyID: keyID(keys)), caller: keys.caller)
        #expect(try keys.backupState() == .outdated(made))
    }

    private func keyID(_ keys: EmbeddedKeyService) throws -> String {
        try keys.service.describeKey(
            DescribeKeyRequest(keyID: "alias/default"), caller: keys.caller
        ).keyMetadata.keyID
    }
}
