import Foundation
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

/// A log in several files.
@Suite struct AuditFilesTests {
    private static let fileByteCount = 4000

    private static func open(_ fixture: AuditFixture) throws -> FileAuditLog {
        try FileAuditLog(
            directory: fixture.directory.path, key: fixture.key, realm: .local,
            clock: TurnedClock(), isExpected: false, maximumFileByteCount: fileByteCount)
    }

    private static func write(_ count: Int, to log: FileAuditLog) throws {
        for _ in 0..<count { try log.append(AuditFixture.event("Call"), durably: false) }
    }

    private static func archives(_ fixture: AuditFixture) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.directory.text)
            .filter { $0.hasPrefix("log-") }.sorted()
    }

    @Test("A long log goes on in new files, and is one chain over all of them")
    func continued() throws {
        let fixture = try AuditFixture()
        var log = try Self.open(fixture)
        try Self.write(30, to: log)
        try log.flush()
        log = try Self.open(fixture)
        try Self.write(30, to: log)
        try log.flush()
        let archives = try Self.archives(fixture)
        #expect(archives.count > 5)
        #expect(archives.first == "log-00000000000000000001.jsonl")
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        // The calls, the beginning, and one record for each further file.
        #expect(report.lineCount == 60 + 1 + archives.count)
        #expect(report.head == report.end)
        for name in archives {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: fixture.path(name))).count
                    < 2 * Self.fileByteCount)
        }
        // Who does not begin files himself goes on in the newest.
        try fixture.write(3)
        #expect(try fixture.verify().findings.isEmpty)
        #expect(try Self.archives(fixture) == archives)
    }

    @Test("Writers that have an older file open go on in the newest one")
    func several() throws {
        let fixture = try AuditFixture()
        let logs = try (0..<3).map { _ in try Self.open(fixture) }
        for round in 0..<40 { try Self.write(round % 4, to: logs[round % 3]) }
        for log in logs { try log.flush() }
        #expect(try Self.archives(fixture).count > 5)
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        #expect(report.head == report.end)
    }

    @Test("Many threads and files: no record is lost, and the chain holds")
    func concurrent() async throws {
        let fixture = try AuditFixture()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let log = try Self.open(fixture)
                    try Self.write(100, to: log)
                    try log.flush()
                }
            }
            try await group.waitForAll()
        }
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        #expect(report.lineCount == 400 + 1 + (try Self.archives(fixture).count))
    }

    @Test("What is changed, cut or removed in any of the files is found", arguments: 0..<4)
    func tampering(kind: Int) throws {
        let fixture = try AuditFixture()
        let log = try Self.open(fixture)
        try Self.write(40, to: log)
        try log.flush()
        let archives = try Self.archives(fixture)
        let path = fixture.path(archives[2])
        var content = try Data(contentsOf: URL(fileURLWithPath: path))
        switch kind {
        case 0: try fixture.remove(archives[2])
        case 1: try fixture.remove(archives[0])
        case 2:
            content[content.count / 2] ^= 1
            try content.write(to: URL(fileURLWithPath: path))
        default:
            let end = try #require(content.dropLast().lastIndex(of: 0x0A))
            try content[...end].write(to: URL(fileURLWithPath: path))
        }
        #expect(try !fixture.verify().isIntact)
        #expect(try !fixture.verify(withKey: false).isIntact)
    }

    @Test("A process that died between the two names, or before the head, leaves a whole log")
    func died() throws {
        let fixture = try AuditFixture()
        let log = try Self.open(fixture)
        try Self.write(3, to: log)
        try log.flush()
        let first = "log-00000000000000000001.jsonl"
        try FileManager.default.linkItem(
            atPath: fixture.path("log.jsonl"), toPath: fixture.path(first))
        #expect(try fixture.verify().findings.isEmpty)
        try Self.write(10, to: log)
        try log.flush()
        #expect(try fixture.verify().findings.isEmpty)
        #expect(try Self.archives(fixture).contains(first))
        // The head is still the one of the file before.
        let directory = try AuditDirectory(opening: fixture.directory.path)
        let file = try LogFile(reading: "log.jsonl", in: directory)
        let start = try #require(
            try FileStart.read(file, byteCount: file.byteCount(), key: fixture.key))
        let head = AuditHead(
            sequence: start.firstSequence - 1, byteCount: start.precedingByteCount,
            hash: start.previous)
        try fixture.replace(head: Data(head.line(signedBy: fixture.key)))
        #expect(try fixture.verify().findings.isEmpty)
        try fixture.use()
        #expect(try fixture.verify().findings.isEmpty)
    }

    @Test("Where no new file can be made the log goes on in the one it has")
    func noNewFile() throws {
        let fixture = try AuditFixture()
        try FileManager.default.createDirectory(
            atPath: fixture.path("log.new"), withIntermediateDirectories: false)
        let log = try Self.open(fixture)
        try Self.write(20, to: log)
        try log.flush()
        #expect(try Self.archives(fixture).isEmpty)
        try FileManager.default.removeItem(atPath: fixture.path("log.new"))
        try Self.write(1, to: log)
        #expect(try Self.archives(fixture).count == 1)
        try log.flush()
        #expect(try fixture.verify().findings.isEmpty)
    }
}
