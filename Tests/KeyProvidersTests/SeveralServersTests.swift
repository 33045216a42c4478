import AuditLog
import Foundation
import KMSDomain
import KMSModel
import KMSService
import KMSTestSupport
import KeyProviders
import SecretMemory
import Testing

/// Several real processes over one keystore: what is due is done once, and whoever is killed takes
/// nothing with him.
@Suite(.serialized) struct SeveralServersTests {
    private let directory = TemporaryDirectory()
    private var keystore: [UInt8] { directory.path(of: "keystore") }
    private var name: String { directory.text + "/keystore" }

    private static let day = 86_400

    private func open(at seconds: Int) throws -> EmbeddedKeyService {
        let clock = TurnedClock()
        clock.advance(
            seconds: seconds - Int(TurnedClock.start.millisecondsSince1970 / 1000))
        return try EmbeddedKeyService.open(in: keystore, clock: clock)
    }

    private func records(_ event: String) throws -> Int {
        let log = try String(contentsOfFile: name + "/audit/log.jsonl", encoding: .utf8)
        return log.components(separatedBy: "\"eventName\":\"\(event)\"").count - 1
    }

    @Test("Of many processes that find a rotation or an end due, one does it, whatever dies")
    func dueOnce() throws {
        let now = Int(Date().timeIntervalSince1970)
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let keys = try EmbeddedKeyService.open(in: keystore)
        var rotating: [String] = []
        for _ in 0..<8 {
            let key = try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
                .keyMetadata.keyID
            try keys.service.enableKeyRotation(
                EnableKeyRotationRequest(keyID: key, rotationPeriodInDays: 90),
                caller: keys.caller)
            rotating.append(key)
        }
        let ending = try keys.service.createKey(CreateKeyRequest(), caller: keys.caller)
            .keyMetadata.keyID
        _ = try keys.service.scheduleKeyDeletion(
            ScheduleKeyDeletionRequest(keyID: ending, pendingWindowInDays: 7),
            caller: keys.caller)
        try keys.close()
        for round in 1...3 {
            let moment = "\(now + round * 91 * Self.day)"
            let processes = try (0..<6).map { _ in try KeystoreProcess("due", name, moment) }
            // Two of them may die before, within or after.
            usleep(UInt32(round) * 15_000)
            processes[0].kill()
            processes[1].kill()
            #expect(processes[2...].allSatisfy { $0.finish().code == 0 })
            // Who dies between records and commit leaves records, and nothing else of it.
            #expect((round * 8...round * 24).contains(try records("RotateKey")))
            // A clock that is behind does nothing again, and nothing else.
            let before = try records("RotateKey")
            #expect(try KeystoreProcess("due", name, "\(now - 400 * Self.day)").finish().code == 0)
            #expect(try records("RotateKey") == before)
        }
        let later = try self.open(at: now + 3 * 91 * Self.day)
        for key in rotating {
            let list = try later.service.listKeyRotations(
                ListKeyRotationsRequest(keyID: key, includeKeyMaterial: .allKeyMaterial),
                caller: later.caller)
            #expect(list.rotations.count == 4)
        }
        #expect(throws: KMSServiceError.self) {
            try later.service.describeKey(
                DescribeKeyRequest(keyID: ending), caller: later.caller)
        }
        #expect(try EmbeddedKeyService.verifyAudit(in: keystore).isIntact)
    }

    @Test("Two at work, one of them killed 50 times: nothing acknowledged is lost, the chain holds")
    func killedAtRandom() throws {
        try EmbeddedKeyService.create(in: keystore, rootPassphrase: nil).close()
        let files = ["victims", "steady"].map { directory.text + "/" + $0 }
        let steady = try KeystoreProcess("stress", name, files[1])
        for round in 0..<50 {
            let victim = try KeystoreProcess("stress", name, files[0])
            // Every other one has done something, however slow the machine is.
            let before = size(files[0])
            let limit = ContinuousClock.now + .seconds(10)
            while round % 2 == 1, size(files[0]) == before, ContinuousClock.now < limit {
                usleep(2000)
            }
            usleep(UInt32.random(in: round % 2 == 1 ? 0...30_000 : 20_000...120_000))
            victim.kill()
        }
        steady.kill()
        let lines = try files.map { file in
            try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
        }
        let byVictims = lines[0].count
        let acknowledged = lines[0] + lines[1]
        #expect(byVictims >= 25)
        let keys = try EmbeddedKeyService.open(in: keystore)
        for line in acknowledged {
            let parts = line.split(separator: " ").map(String.init)
            try #require(parts.count == 3)
            let key = try keys.service.describeKey(
                DescribeKeyRequest(keyID: parts[0]), caller: keys.caller
            ).keyMetadata
            #expect(key.keyID == parts[1])
            let opened = try keys.service.decrypt(
                DecryptRequest(ciphertextBlob: Self.bytes(parts[2])), caller: keys.caller)
            #expect(opened.plaintext.byteCount == 32)
        }
        try keys.close()
        let report = try EmbeddedKeyService.verifyAudit(in: keystore)
        #expect(report.isIntact, "\(report.findings)")
        #expect(try records("GenerateDataKey") >= acknowledged.count)
    }

    private func size(_ file: String) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        return attributes?[.size] as? UInt64 ?? 0
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { UInt8($0 < 0x3A ? $0 - 0x30 : $0 - 0x57) }
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            digits[$0] << 4 | digits[$0 + 1]
        }
    }
}
