import FileIO
import Foundation

/// Runs programs beside the tests.
enum Shell {
    struct Result: Equatable {
        let output: String
        let status: Int32
    }

    /// What `sh` prints for `script`, and how it ended; a signal counts as 128 + its number.
    static func run(_ script: String, _ arguments: String...) throws -> Result {
        try run("/bin/sh", ["-c", script, "sh"] + arguments)
    }

    static func python(_ script: String, _ arguments: String...) throws -> Result {
        try run("/usr/bin/env", ["python3", "-c", script] + arguments)
    }

    /// The helper program, which is built beside the test bundle.
    static var probe: String {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundled = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(fileURLWithPath: bundled).deletingLastPathComponent()
            .appendingPathComponent("FileIOProbe").path
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let signalled = process.terminationReason == .uncaughtSignal
        return Result(
            output: String(decoding: data, as: UTF8.self),
            status: process.terminationStatus + (signalled ? 128 : 0))
    }
}
