import Foundation
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

/// Files that are no log: neither reader nor writer waits for them, or takes more memory for them.
@Suite struct AuditFileTests {
    enum Kind: CaseIterable { case fifo, link, directory }

    private func replace(_ name: String, _ fixture: AuditFixture, by kind: Kind) throws {
        let path = fixture.path(name)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".kept")
        let result =
            switch kind {
            case .fifo: unsafe mkfifo(path, 0o600)
            case .link: unsafe symlink(path + ".kept", path)
            case .directory: unsafe mkdir(path, 0o700)
            }
        #expect(result == 0)
    }

    @Test(
        "What stands in place of log or head is named, and nobody waits for it",
        .timeLimit(.minutes(1)), arguments: ["log.jsonl", "head"], Kind.allCases)
    func notAFile(name: String, kind: Kind) throws {
        let fixture = try AuditFixture()
        try fixture.write(2)
        try replace(name, fixture, by: kind)
        let report = try fixture.verify()
        #expect(report.findings.contains(.notAFile(name)))
        #expect(!report.isIntact)
        #expect(throws: AuditError.notAFile(file: name)) {
            try fixture.open(isExpected: true)
        }
    }

    @Test(
        "A line longer than any record is found, and the lines after it are read",
        arguments: [ChainLink.maximumLineByteCount + 1, 3 << 20])
    func longLine(byteCount: Int) throws {
        let fixture = try AuditFixture()
        try fixture.write(3)
        var lines = try fixture.lines
        lines[2] = Data(repeating: 0x61, count: byteCount)
        try fixture.replace(lines: lines)
        let report = try fixture.verify()
        #expect(
            report.findings == [
                .lineTooLong(line: 3, byteCount: byteCount),
                .wrongSequence(line: 4, expected: 3, found: 4),
                .brokenChain(line: 4),
                .headMismatch(sequence: 4),
            ])
        #expect(report.byteCount == (try fixture.log.count))
        // The longest line that is read as one.
        lines[2] = Data(repeating: 0x61, count: ChainLink.maximumLineByteCount)
        try fixture.replace(lines: lines)
        #expect(try fixture.verify().findings.first == .notARecord(line: 3))
    }

    @Test("An end without a line feed is counted and not kept")
    func longEnd() throws {
        let fixture = try AuditFixture()
        try fixture.write(1)
        try fixture.replace(log: fixture.log + Data(repeating: 0x61, count: 3 << 20))
        #expect(try fixture.verify().findings == [.unfinishedRecord(byteCount: 3 << 20)])
        #expect(throws: AuditError.damaged) { try fixture.open(isExpected: true) }
    }

    @Test(
        "The longest valid request is on record whole, and both verifiers take its line",
        arguments: ["\u{7F}", "\"", "a"])
    func longestRequest(character: String) throws {
        let fixture = try AuditFixture()
        func text(_ count: Int) -> AuditField.Value {
            .text(String(repeating: character, count: count))
        }
        let tag = AuditField.Value.fields([
            AuditField("tagKey", text(128)), AuditField("tagValue", text(256)),
        ])
        let parameters =
            (1...4).map { AuditField("policy\($0)", text(8192)) } + [
                AuditField("description", text(8192)),
                AuditField("keyId", text(2048)),
                AuditField("tags", .list(Array(repeating: tag, count: 50))),
            ]
        try fixture.open().append(
            AuditFixture.event(
                "CreateKey", parameters: parameters,
                caller: .localRoot(
                    of: .local, userAgent: String(repeating: character, count: 8192))),
            durably: true)
        try fixture.use()
        let record = try #require(fixture.objects().dropFirst().first)
        let recorded = try #require(record["requestParameters"] as? [String: Any])
        for number in 1...4 {
            #expect(
                recorded["policy\(number)"] as? String
                    == String(repeating: character, count: 8192))
        }
        #expect((recorded["tags"] as? [Any])?.count == 50)
        #expect(try fixture.verify().findings.isEmpty)
        guard PythonVerifier.isThere else { return }
        #expect(try PythonVerifier.run(fixture.directory.text) == "3 records\n")
    }

    @Test("A record that would be too long is written without its details")
    func longRecord() throws {
        let fixture = try AuditFixture()
        let fields = (0..<11).map { index in
            AuditField(
                "field\(index)", .text(String(repeating: "\u{1}", count: 8000)))
        }
        try fixture.open().append(
            AuditFixture.event(
                "Call", parameters: fields,
                failure: AuditEvent.Failure(
                    code: "Refused", message: String(repeating: "\u{1}", count: 8000))),
            durably: true)
        let record = try #require(fixture.objects().last)
        let parameters = try #require(record["requestParameters"] as? [String: Any])
        #expect(parameters.keys.sorted() == ["omittedByteCount"])
        #expect(record["errorCode"] as? String == "Refused")
        #expect(record["errorMessage"] == nil)
        #expect(try fixture.verify().findings.isEmpty)
    }
}
