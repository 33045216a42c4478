import FileIO
import Foundation

/// The reference implementation, which runs in a Python that has its two packages:
/// `COFFER_TEST_PYTHON`, or `python3` where that has them.
enum Python {
    static let missing =
        "needs a Python with cryptography and zstandard: Formats/reference/requirements.txt"

    static let executable: String? = {
        let named = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]
        return [named, "python3"].compactMap(\.self).first { candidate in
            (try? run(candidate, "import cryptography, zstandard", input: "").status) == 0
        }
    }()

    static var isThere: Bool { executable != nil }

    struct Failure: Error { let output: String }

    /// Runs a script that finds the reference's modules, and returns the lines that it prints.
    static func lines(_ script: String, input: [String]) throws -> [String] {
        guard let executable else { throw Failure(output: "no Python") }
        let reference = VectorFolder.url.deletingLastPathComponent()
            .appendingPathComponent("reference").path
        let result = try run(
            executable, "import sys; sys.path.insert(0, '\(reference)')\n" + script,
            input: input.map { $0 + "\n" }.joined())
        guard result.status == 0 else { throw Failure(output: result.output) }
        return result.output.split(separator: "\n").map(String.init)
    }

    private static func run(
        _ executable: String, _ script: String, input: String
    ) throws -> (status: Int32, output: String) {
        try Scratch.withFolder { folder in
            let path = folder.appending(component: "input")
            try Scratch.write(Array(input.utf8), to: path)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [executable, "-B", "-c", script]
            process.standardInput = try FileHandle(
                forReadingFrom: URL(fileURLWithPath: path.displayText))
            let output = Foundation.Pipe()
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: data, as: UTF8.self))
        }
    }
}
