import Foundation

/// botocore, AWS's own client, which runs in a Python that has it: `COFFER_TEST_PYTHON`, or
/// `python3` where that has it.
enum Python {
    static let missing = "needs a Python with botocore: Scripts/python/requirements.txt"

    static let executable: String? = {
        let named = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]
        return [named, "python3"].compactMap(\.self).first { candidate in
            (try? run(candidate, ["-c", "import botocore"], input: []).status) == 0
        }
    }()

    static var isThere: Bool { executable != nil }

    struct Failure: Error { let output: String }

    /// Runs a script of this folder, and decodes the lines that it prints.
    static func lines<Line: Decodable>(
        _ type: Line.Type, of script: String, _ arguments: [String], input: [String] = []
    ) throws -> [Line] {
        guard let executable else { throw Failure(output: "no Python") }
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent(script).path
        let result = try run(executable, [path] + arguments, input: input)
        guard result.status == 0 else {
            throw Failure(output: String(decoding: result.output, as: UTF8.self))
        }
        return try result.output.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Line.self, from: $0)
        }
    }

    private static func run(
        _ executable: String, _ arguments: [String], input: [String]
    ) throws -> (status: Int32, output: Data) {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-wire-\(UUID().uuidString)")
        try Data(input.map { $0 + "\n" }.joined().utf8).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [executable, "-B"] + arguments
        process.standardInput = try FileHandle(forReadingFrom: path)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, data)
    }
}
