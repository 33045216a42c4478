import Foundation
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

@Suite struct FileAuditLogTests {
    @Test("A record is one line of JSON in CloudTrail's shape, linked to the one before")
    func shape() throws {
        let fixture = try AuditFixture()
        let log = try fixture.open()
        try log.append(
            AuditFixture.event(
                "Decrypt",
                parameters: [
                    AuditField("keyId", .text("alias/a")),
                    AuditField("encryptionContext", .pairs([(key: [0x61], value: [0xC3, 0xA9])])),
                ], failure: AuditEvent.Failure(code: "NotFoundException", message: "no \"x\"")),
            durably: true)
        let records = try fixture.objects()
        #expect(records.count == 2)
        let record = try #require(records.last)
        #expect(record["eventName"] as? String == "Decrypt")
        #expect(record["eventTime"] as? String == "2027-01-15T08:00:00Z")
        #expect(record["eventSource"] as? String == "kms.amazonaws.com")
        #expect(record["awsRegion"] as? String == "coffer-local-1")
        #expect(record["errorCode"] as? String == "NotFoundException")
        #expect(record["errorMessage"] as? String == "no \"x\"")
        #expect(record["responseElements"] is NSNull)
        let parameters = try #require(record["requestParameters"] as? [String: Any])
        #expect(parameters["encryptionContext"] as? [String: String] == ["a": "é"])
        let identity = try #require(record["userIdentity"] as? [String: Any])
        #expect(identity["type"] as? String == "Root")
        #expect(identity["arn"] as? String == "arn:aws:iam::000000000000:root")
        let chain = try #require(record["chain"] as? [String: Any])
        #expect(chain["sequence"] as? Int == 2)
        #expect((chain["previous"] as? String)?.count == 64)
        #expect(records.first?["eventName"] as? String == "CreateAuditLog")
    }

    @Test(
        "Any text of a request survives its record, and a very long one is cut",
        arguments: [
            "\u{0}\u{1F}\u{7F}\"\\\n\r\t", "é\u{301}🔑", "\"}},\"chain\":{\"sequence\":1",
            String(repeating: "ä", count: 10_000), "",
        ])
    func escaping(text: String) throws {
        let fixture = try AuditFixture()
        try fixture.open().append(
            AuditFixture.event("Call", parameters: [AuditField("keyId", .text(text))]),
            durably: false)
        let parameters = try #require(
            fixture.objects().last?["requestParameters"] as? [String: Any])
        let found = try #require(parameters["keyId"] as? String)
        if text.utf8.count <= 8192 {
            #expect(Array(found.utf8) == Array(text.utf8))
        } else {
            #expect(found.hasSuffix("…"))
            #expect(text.hasPrefix(found.dropLast()))
        }
        #expect(try fixture.verify().isIntact)
    }

    @Test("A log goes on where it was left")
    func reopened() throws {
        let fixture = try AuditFixture()
        for _ in 0..<3 { try fixture.write(5) }
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        #expect(report.lineCount == 16)
        #expect(report.head?.sequence == 16)
    }

    @Test("Several writers share one log without breaking its chain")
    func concurrentWriters() async throws {
        let fixture = try AuditFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                let log = try fixture.open()
                group.addTask {
                    for index in 0..<100 {
                        try log.append(AuditFixture.event("Call"), durably: index % 40 == 0)
                    }
                }
            }
            try await group.waitForAll()
        }
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        #expect(report.lineCount == 601)
        #expect(report.head?.sequence == 601)
    }

    @Test(
        "An unfinished last line is taken out, and the next record tells of it",
        arguments: [1, 2, 100, 5000])
    func torn(byteCount: Int) throws {
        let fixture = try AuditFixture()
        try fixture.write(3)
        let whole = try fixture.log
        let line = try #require(fixture.lines.last)
        let torn = Data((0..<byteCount).map { line[$0 % line.count] })
        try fixture.replace(log: whole + torn)
        #expect(
            try fixture.verify().findings == [.unfinishedRecord(byteCount: byteCount)])
        try fixture.open().append(AuditFixture.event("Call"), durably: false)
        let names = try fixture.objects().compactMap { $0["eventName"] as? String }
        #expect(
            names == ["CreateAuditLog", "Call", "Call", "Call", "RecoverAuditLog", "Call"])
        let report = try fixture.verify()
        #expect(report.findings == [.recorded(line: 5, .unfinishedRecord)])
        #expect(report.isIntact)
        #expect(try fixture.log.starts(with: whole))
    }

    @Test("A writer whose log another process left unfinished recovers it too")
    func tornByOther() throws {
        let fixture = try AuditFixture()
        let log = try fixture.open()
        try fixture.replace(log: fixture.log + Data("{\"eventVersion\"".utf8))
        try log.append(AuditFixture.event("Call"), durably: false)
        #expect(try fixture.verify().findings == [.recorded(line: 2, .unfinishedRecord)])
    }

    @Test("A log that was cut behind its head says so in its next record")
    func cut() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        try fixture.replace(lines: Array(fixture.lines.dropLast(2)))
        _ = try fixture.open()
        let record = try #require(fixture.objects().last)
        #expect(record["eventName"] as? String == "RecoverAuditLog")
        let parameters = try #require(record["requestParameters"] as? [String: Any])
        #expect(parameters["problem"] as? String == "missingRecords")
        #expect(parameters["headSequence"] as? String == "6")
        #expect(
            try fixture.verify().findings == [
                .recorded(line: 5, .missingRecords(headSequence: 6, lastSequence: 4))
            ])
        #expect(try !fixture.verify().isIntact)
    }

    @Test("A log cut under a writer's hands is noticed by that writer")
    func cutWhileOpen() throws {
        let fixture = try AuditFixture()
        let log = try fixture.open()
        for _ in 0..<5 { try log.append(AuditFixture.event("Call"), durably: false) }
        try fixture.replace(lines: Array(fixture.lines.prefix(2)))
        try log.append(AuditFixture.event("Call"), durably: false)
        let names = try fixture.objects().compactMap { $0["eventName"] as? String }
        #expect(names == ["CreateAuditLog", "Call", "RecoverAuditLog", "Call"])
    }

    @Test("A log that should be there and is not begins with a record that says so")
    func missing() throws {
        let fixture = try AuditFixture()
        _ = try fixture.open(isExpected: true)
        let names = try fixture.objects().compactMap { $0["eventName"] as? String }
        #expect(names == ["CreateAuditLog", "RecoverAuditLog"])
    }

    @Test("A log removed while open, or ending in a foreign record, takes no more records")
    func unusable() throws {
        let fixture = try AuditFixture()
        let log = try fixture.open()
        try fixture.remove("log.jsonl")
        #expect(throws: AuditError.removed) {
            try log.append(AuditFixture.event("Call"), durably: false)
        }
        let other = try AuditFixture()
        try other.write(1)
        try other.replace(log: other.log + Data("{\"a\":1}\n".utf8))
        #expect(throws: AuditError.damaged) { try other.open() }
    }

    @Test("A log that others can read is refused")
    func permissions() throws {
        let fixture = try AuditFixture()
        try fixture.write(1)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: fixture.directory.text + "/log.jsonl")
        #expect(throws: AuditError.looserPermissions(mode: 0o644)) { try fixture.open() }
    }
}
