import Foundation
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

/// A log whose directory is moved away while a writer has it open, as a restore does.
@Suite struct MovedLogTests {
    private let place = TemporaryDirectory()
    private var files: FileManager { .default }

    private func open(_ fixture: AuditFixture) throws -> FileAuditLog {
        try FileAuditLog(
            directory: place.path(of: "audit"), key: fixture.key, realm: .local,
            clock: TurnedClock())
    }

    private func verify(_ name: String, _ fixture: AuditFixture) throws -> AuditReport {
        try AuditVerifier(directory: place.path(of: name), key: fixture.key).verify()
    }

    private func move() throws {
        try files.moveItem(atPath: place.text + "/audit", toPath: place.text + "/old")
    }

    @Test(
        "A writer whose log was moved away says so, and leaves the log in its place alone",
        arguments: [true, false])
    func replaced(hasSuccessor: Bool) throws {
        let (old, new) = (try AuditFixture(), try AuditFixture())
        try files.createDirectory(
            atPath: place.text + "/audit", withIntermediateDirectories: true)
        let writer = try open(old)
        // Not yet on the medium: the head is to be made when the log has been moved.
        try writer.append(AuditFixture.event("Call"), durably: false)
        try move()
        if hasSuccessor {
            try files.createDirectory(
                atPath: place.text + "/audit", withIntermediateDirectories: true)
            try open(new).append(AuditFixture.event("Call"), durably: true)
        }
        for durably in [true, false] {
            #expect(throws: AuditError.moved) {
                try writer.append(AuditFixture.event("Call"), durably: durably)
            }
        }
        try writer.flush()
        let report = try verify("old", old)
        #expect(report.findings.isEmpty)
        #expect(report.lineCount == 2)
        #expect(report.head == report.end)
        if hasSuccessor {
            #expect(try verify("audit", new).findings.isEmpty)
            #expect(try verify("audit", new).lineCount == 2)
        }
    }

    @Test("A log that is removed, or another file in its directory, is not written on")
    func fileReplaced() throws {
        let fixture = try AuditFixture()
        let writer = try fixture.open()
        let kept = fixture.path("kept")
        try files.moveItem(atPath: fixture.path("log.jsonl"), toPath: kept)
        #expect(throws: AuditError.moved) {
            try writer.append(AuditFixture.event("Call"), durably: true)
        }
        try files.removeItem(atPath: kept)
        #expect(throws: AuditError.removed) {
            try writer.append(AuditFixture.event("Call"), durably: true)
        }
        #expect(try fixture.verify().findings.contains(.noLog))
    }

    @Test("Records of calls that happen together are one write and follow each other")
    func together() throws {
        let fixture = try AuditFixture()
        let log = try fixture.open()
        try log.append((0..<3).map { try AuditFixture.event("Call\($0)") }, durably: true)
        try log.append(AuditFixture.event("Call"), durably: true)
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        #expect(report.lineCount == 5)
        #expect(report.head == report.end)
        #expect(
            try fixture.objects().dropFirst().map { $0["eventName"] as? String }
                == ["Call0", "Call1", "Call2", "Call"])
    }
}
