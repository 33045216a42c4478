import Foundation
import KMSDomain
import KMSService
import KMSTestSupport
import Testing

@testable import AuditLog

/// What somebody with a pen in the log, and without the root key, can do: nothing unseen, except to
/// put the log and its head back to an earlier state together.
@Suite struct AuditTamperingTests {
    @Test("An untouched log is intact, with and without the key")
    func intact() throws {
        let fixture = try AuditFixture()
        try fixture.write(10)
        for withKey in [true, false] {
            #expect(try fixture.verify(withKey: withKey).findings.isEmpty)
        }
    }

    @Test("Changing any one byte of the log is found")
    func anyByte() throws {
        let fixture = try AuditFixture()
        try fixture.write(3)
        let good = try fixture.log
        for index in stride(from: 0, to: good.count, by: 7) {
            for bit in [UInt8(1), 0x20] {
                var bad = good
                bad[index] ^= bit
                try fixture.replace(log: bad)
                #expect(try !fixture.verify().isIntact, "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("Without the key a change of content is still found, in the line after it")
    func withoutKey() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        var lines = try fixture.lines
        let text = String(decoding: lines[2], as: UTF8.self)
        lines[2] = Data(text.replacing("\"index\":1", with: "\"index\":7").utf8)
        try fixture.replace(lines: lines)
        #expect(try fixture.verify(withKey: false).findings == [.brokenChain(line: 4)])
        #expect(
            try fixture.verify().findings == [.notAuthentic(line: 3), .brokenChain(line: 4)])
    }

    @Test("An anchor whose record is elsewhere in the log than it was is found")
    func anchorByteCount() throws {
        let fixture = try AuditFixture()
        try fixture.write(3)
        let end = try fixture.verify().end
        #expect(try fixture.verify(anchor: end).findings.isEmpty)
        for difference in [-1, 1] {
            let anchor = AuditHead(
                sequence: end.sequence, byteCount: end.byteCount + difference, hash: end.hash)
            #expect(
                try fixture.verify(anchor: anchor).findings == [
                    .headMismatch(sequence: end.sequence)
                ])
        }
    }

    @Test("Removing any record is found", arguments: 0..<6)
    func removed(index: Int) throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        var lines = try fixture.lines
        lines.remove(at: index)
        try fixture.replace(lines: lines)
        #expect(try !fixture.verify().isIntact)
        #expect(try !fixture.verify(withKey: false).isIntact)
    }

    @Test("Exchanging, doubling and putting in records is found")
    func reordered() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        let lines = try fixture.lines
        let other = try AuditFixture()
        try other.write(5)
        for changed in [
            [lines[0], lines[2], lines[1], lines[3], lines[4], lines[5]],
            [lines[0], lines[1], lines[1], lines[2], lines[3], lines[4], lines[5]],
            [lines[0], lines[1], try other.lines[2], lines[3], lines[4], lines[5]],
            lines + [Data("{}".utf8)],
        ] {
            try fixture.replace(lines: changed)
            #expect(try !fixture.verify().isIntact)
            #expect(try !fixture.verify(withKey: false).isIntact)
        }
    }

    @Test("A log written anew with a sound chain, but without the key, is found by its signatures")
    func rewritten() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        // The forger has a key of his own, and makes everything as it should be but for that.
        let forger = try AuditFixture()
        try forger.write(5)
        try fixture.replace(log: forger.log)
        try fixture.replace(head: forger.head)
        #expect(try fixture.verify(withKey: false).isIntact)
        let findings = try fixture.verify().findings
        #expect(findings.contains(.headNotAuthentic))
        #expect(findings.contains(.notAuthentic(line: 1)))
        #expect(findings.contains(.notAuthentic(line: 6)))
    }

    @Test("A log cut at the end of any record is found by its head", arguments: 1..<6)
    func cut(count: Int) throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        try fixture.replace(lines: Array(fixture.lines.prefix(count)))
        #expect(
            try fixture.verify().findings == [
                .missingRecords(headSequence: 6, lastSequence: UInt64(count))
            ])
    }

    @Test("A head removed, changed or of another log is found")
    func head() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        let good = try fixture.head
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            try fixture.replace(head: bad)
            #expect(try fixture.verify().findings == [.headNotAuthentic], "byte \(index)")
        }
        let other = try AuditFixture()
        try other.write(5)
        try fixture.replace(head: other.head)
        #expect(try fixture.verify().findings == [.headNotAuthentic])
        #expect(try fixture.verify(withKey: false).findings == [.headMismatch(sequence: 6)])
        try fixture.remove("head")
        #expect(try fixture.verify().findings == [.noHead])
    }

    @Test("Log and head put back together look sound, and only an anchor kept elsewhere tells")
    func rolledBack() throws {
        let fixture = try AuditFixture()
        try fixture.write(5)
        let (oldLog, oldHead) = (try fixture.log, try fixture.head)
        let old = try fixture.verify().end
        try fixture.write(5)
        let anchor = try fixture.verify().end
        #expect(try fixture.verify(anchor: old).isIntact)
        try fixture.replace(log: oldLog)
        try fixture.replace(head: oldHead)
        #expect(try fixture.verify().isIntact)
        #expect(
            try fixture.verify(anchor: anchor).findings == [
                .missingRecords(headSequence: 11, lastSequence: 6)
            ])
    }

    @Test(
        "The Python verifier, written from the specification, finds the same",
        .enabled(if: PythonVerifier.isThere, "needs python3"))
    func python() throws {
        let fixture = try AuditFixture()
        try fixture.write(20)
        let key = fixture.directory.text + "/root"
        let root = fixture.root.withDangerousKeyBytes { bytes in
            Data((0..<32).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) })
        }
        try root.write(to: URL(fileURLWithPath: key))
        #expect(try PythonVerifier.run(fixture.directory.text, key) == "21 records\n")
        let lines = try fixture.lines
        let changed = Data(
            String(decoding: lines[4], as: UTF8.self).replacing("\"index\":3", with: "\"index\":4")
                .utf8)
        try fixture.replace(lines: Array(lines[..<4]) + [changed] + Array(lines[5..<18]))
        #expect(
            try PythonVerifier.run(fixture.directory.text, key)
                == """
                line 5: not authentic
                line 6: chain broken
                records missing: the head is at 21, the log ends at 18
                18 records

                """)
        // What the service found before is in the chain, and found again.
        try fixture.replace(lines: Array(lines[..<4]))
        try fixture.remove("head")
        try fixture.use()
        #expect(
            try PythonVerifier.run(fixture.directory.text, key)
                == "line 5: records a problem: missingHead\n6 records\n")
        try fixture.replace(lines: [Data(repeating: 0x61, count: 524_289)])
        try fixture.remove("head")
        #expect(
            try PythonVerifier.run(fixture.directory.text, key)
                == "line 1: longer than a record\nno head\n1 records\n")
        try fixture.remove("log.jsonl")
        #expect(
            try PythonVerifier.run(fixture.directory.text, key)
                == "no log\nno head\n0 records\n")
    }
}

/// Formats/reference/verify_audit.py, which needs nothing but Python.
enum PythonVerifier {
    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first(where: FileManager.default.isExecutableFile(atPath:))

    static var isThere: Bool { python != nil }

    static func run(_ arguments: String...) throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Formats/reference/verify_audit.py").standardizedFileURL
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(python))
        process.arguments = [script.path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
