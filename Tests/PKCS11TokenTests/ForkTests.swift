import Foundation
import Testing

@Suite struct ForkTests {
    @Test("A token that was used before a fork works after it in both processes")
    func fork() throws {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundled = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        let process = Process()
        process.executableURL = URL(fileURLWithPath: bundled).deletingLastPathComponent()
            .appendingPathComponent("TokenProbe")
        process.arguments = ["fork"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
}
