import Foundation
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

/// What is wrong with a log when the next call of the service comes: it stays findable, whatever the
/// writer does to the head after.
@Suite struct AuditRecoveryTests {
    /// Five calls, of which the last three are gone.
    private func cutFixture() throws -> AuditFixture {
        let fixture = try AuditFixture()
        try fixture.write(5)
        try fixture.replace(lines: Array(fixture.lines.dropLast(3)))
        return fixture
    }

    @Test("Last records and head removed together are found, however often the log is used after")
    func cutWithHead() throws {
        let fixture = try cutFixture()
        try fixture.remove("head")
        #expect(try fixture.verify().findings == [.noHead])
        for _ in 0..<3 {
            try fixture.use()
            let report = try fixture.verify()
            #expect(report.findings == [.recorded(line: 4, .missingHead(lastSequence: 3))])
            #expect(!report.isIntact)
        }
    }

    @Test("A head removed alone is found after the next call too, and so is one that is not ours")
    func headGone() throws {
        let fixture = try AuditFixture()
        try fixture.write(2)
        try fixture.remove("head")
        try fixture.use(isExpected: false)
        try fixture.replace(head: Data("{}\n".utf8))
        try fixture.use()
        let forger = try AuditFixture()
        try forger.write(2)
        try fixture.replace(head: forger.head)
        try fixture.use()
        try fixture.replace(head: Data())
        try fixture.use()
        #expect(
            try fixture.verify().findings == [
                .recorded(line: 4, .missingHead(lastSequence: 3)),
                .recorded(line: 6, .headNotAuthentic(lastSequence: 5)),
                .recorded(line: 8, .headNotAuthentic(lastSequence: 7)),
                .recorded(line: 10, .headNotAuthentic(lastSequence: 9)),
            ])
        #expect(try !fixture.verify().isIntact)
    }

    @Test("A log cut behind its head is found after the next call too")
    func cutBehindHead() throws {
        let fixture = try cutFixture()
        for _ in 0..<2 {
            try fixture.use()
            let report = try fixture.verify()
            #expect(
                report.findings == [
                    .recorded(line: 4, .missingRecords(headSequence: 6, lastSequence: 3))
                ])
            #expect(!report.isIntact)
        }
    }

    @Test("A head of another log under the same key is found after the next call too")
    func foreignHead() throws {
        let fixture = try cutFixture()
        try fixture.replace(head: Data())
        let branch = try fixture.log
        try fixture.use()
        let other = try fixture.head
        try fixture.replace(log: branch)
        for _ in 0..<4 { try fixture.use() }
        try fixture.replace(head: other)
        #expect(try fixture.verify().findings.contains(.headMismatch(sequence: 5)))
        try fixture.use()
        let sequence = try fixture.verify().sequence
        #expect(
            try fixture.verify().findings.contains(
                .recorded(line: Int(sequence) - 1, .headMismatch(headSequence: 5))))
    }

    @Test(
        "A log that is gone, or emptied, is found after the next call too",
        arguments: [true, false])
    func logGone(emptied: Bool) throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        if emptied { try fixture.replace(log: Data()) } else { try fixture.remove("log.jsonl") }
        let before = try fixture.verify().findings
        #expect(before.contains(.missingRecords(headSequence: 6, lastSequence: 0)))
        #expect(before.contains(.noLog) == !emptied)
        for _ in 0..<2 { try fixture.use() }
        #expect(
            try fixture.verify().findings == [
                .recorded(line: 2, .missingLog),
                .recorded(line: 3, .missingRecords(headSequence: 6, lastSequence: 2)),
            ])
        #expect(try !fixture.verify().isIntact)
    }

    @Test("A directory emptied of log and head is found after the next call too")
    func allGone() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        for name in ["log.jsonl", "head"] { try fixture.remove(name) }
        #expect(try fixture.verify().findings == [.noHead, .noLog])
        for _ in 0..<2 { try fixture.use() }
        #expect(try fixture.verify().findings == [.recorded(line: 2, .missingLog)])
    }

    @Test("A process that dies between records and their head leaves nothing to find")
    func headBehind() throws {
        let fixture = try AuditFixture()
        try fixture.write(2)
        let head = try fixture.head
        for _ in 0..<3 {
            try fixture.write(3)
            try fixture.replace(head: head)
            try fixture.use()
            #expect(try fixture.verify().findings.isEmpty)
        }
    }

    @Test("A process that dies before a new log has its first head leaves nothing to find")
    func firstHead() throws {
        let fixture = try AuditFixture()
        _ = try fixture.open()
        try fixture.remove("head")
        try fixture.use(isExpected: false)
        #expect(try fixture.verify().findings.isEmpty)
        // Where a log was before, its disappearance must not be forgotten that way.
        let second = try AuditFixture()
        _ = try second.open()
        try second.remove("head")
        try second.use()
        #expect(
            try second.verify().findings == [.recorded(line: 2, .missingHead(lastSequence: 1))])
    }

    @Test("A writer looks at the head again before it replaces it")
    func headChangedWhileOpen() throws {
        let fixture = try AuditFixture()
        let idle = try fixture.open()
        try idle.append(AuditFixture.event("Call"), durably: true)
        let lines = try fixture.lines
        try fixture.write(3)
        // The log is as the idle writer left it, and only the head knew of the other's records.
        try fixture.replace(lines: lines)
        try fixture.remove("head")
        try idle.append(AuditFixture.event("Call"), durably: true)
        #expect(
            try fixture.verify().findings == [.recorded(line: 4, .missingHead(lastSequence: 3))])
    }

    @Test("A writer that finds its own records gone tells of the latest that anybody saw")
    func cutWhileOpen() throws {
        let fixture = try AuditFixture()
        let idle = try fixture.open()
        try idle.append(AuditFixture.event("Call"), durably: true)
        try fixture.write(3)
        try fixture.replace(lines: Array(fixture.lines.prefix(1)))
        try idle.append(AuditFixture.event("Call"), durably: true)
        #expect(
            try fixture.verify().findings == [
                .recorded(line: 2, .missingRecords(headSequence: 5, lastSequence: 1))
            ])
    }

    @Test("A cut that others have outgrown since is found by a writer whose records went with it")
    func cutAndOutgrown() throws {
        let fixture = try AuditFixture()
        let idle = try fixture.open()
        let (lines, head) = (try fixture.lines, try fixture.head)
        try idle.append(AuditFixture.event("Call"), durably: true)
        // As it was before that call, so that nobody else can know of it.
        try fixture.replace(lines: lines)
        try fixture.replace(head: head)
        try fixture.write(4)
        #expect(try fixture.verify().findings.isEmpty)
        try idle.append(AuditFixture.event("Call"), durably: true)
        #expect(
            try fixture.verify().findings == [
                .recorded(line: 6, .missingRecords(headSequence: 2, lastSequence: 5))
            ])
        // Once is enough, and a log that only grew is none of that.
        try fixture.write(2)
        try idle.append(AuditFixture.event("Call"), durably: true)
        #expect(try fixture.verify().findings.count == 1)
    }

    @Test("What a later version records is no longer an intact log, even if not understood")
    func unknownProblem() throws {
        let fixture = try AuditFixture()
        let event = try AuditFixture.event(
            AuditProblem.eventName, parameters: [AuditField("problem", .text("newer"))])
        try fixture.open().append(event, durably: true)
        #expect(try fixture.verify().findings == [.recorded(line: 2, .unknown)])
        #expect(try !fixture.verify().isIntact)
    }
}
