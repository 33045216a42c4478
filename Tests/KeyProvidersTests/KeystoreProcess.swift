import Foundation
import Testing

/// The helper program, which is built beside the test bundle, run in a process of its own.
struct KeystoreProcess {
    private let process = Process()
    private let output = Pipe()

    init(_ arguments: String...) throws {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundled = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        process.executableURL = URL(fileURLWithPath: bundled).deletingLastPathComponent()
            .appendingPathComponent("KeystoreProbe")
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Waits for the end; returns the exit code and what was printed.
    func finish() -> (code: Int32, output: String) {
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    func kill() {
        Glibc.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
