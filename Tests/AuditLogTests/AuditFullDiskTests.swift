import Foundation
import Glibc
import KMSDomain
import KMSTestSupport
import Testing

@testable import AuditLog

/// Small filesystems, where this machine lets a test make them.
private enum SmallFilesystem {
    static func run(_ tool: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    static func mount(_ path: String) -> Bool {
        run("mount", ["-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", path])
    }

    static let canMount: Bool = {
        let directory = TemporaryDirectory()
        return geteuid() == 0 && mount(directory.text) && run("umount", [directory.text])
    }()
}

/// A log on a filesystem that has no room left.
@Suite(.enabled(if: SmallFilesystem.canMount, "needs root and mount(8)"))
struct AuditFullDiskTests {
    @Test(
        "A record for which there is no room fails its call, and the log goes on when there is",
        arguments: [nil, 20_000])
    func full(maximumFileByteCount: Int?) throws {
        let fixture = try AuditFixture()
        try #require(SmallFilesystem.mount(fixture.directory.text))
        defer { _ = SmallFilesystem.run("umount", ["-l", fixture.directory.text]) }
        let ballast = fixture.path("ballast")
        try Data(count: 64 * 1024).write(to: URL(fileURLWithPath: ballast))
        let log = try FileAuditLog(
            directory: fixture.directory.path, key: fixture.key, realm: .local,
            clock: TurnedClock(), maximumFileByteCount: maximumFileByteCount)
        var written = 0
        var failure: AuditError?
        while failure == nil, written < 2000 {
            do throws(AuditError) {
                let event: AuditEvent
                do { event = try AuditFixture.event("Call") } catch { return }
                try log.append(event, durably: false)
                written += 1
            } catch {
                failure = error
            }
        }
        #expect(failure == .cannotAccess(operation: "pwrite", errno: ENOSPC))
        #expect(throws: AuditError.self) {
            try log.append(AuditFixture.event("Call"), durably: false)
        }
        try FileManager.default.removeItem(atPath: ballast)
        try log.append(AuditFixture.event("Later"), durably: true)
        let report = try fixture.verify()
        #expect(report.findings.isEmpty)
        // Not one record that was acknowledged is missing.
        #expect(report.lineCount >= written + 2)
        #expect(report.head == report.end)
    }
}
