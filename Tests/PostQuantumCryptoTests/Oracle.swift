import Foundation

/// The script beside this file, in a Python that has `cryptography`: `COFFER_TEST_PYTHON`.
enum Oracle {
    static let missing = "needs a Python with cryptography in COFFER_TEST_PYTHON"

    private static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]

    static var isThere: Bool { python != nil }

    struct Failure: Error { let output: String }

    static func judge<Judgement: Decodable>(
        _ given: some Encodable, _ type: Judgement.Type
    ) throws -> Judgement {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("post-quantum-oracle.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python ?? "")
        process.arguments = ["-B", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(
            contentsOf: try JSONEncoder().encode(given) + Data("\n".utf8))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(output: String(decoding: data, as: UTF8.self))
        }
        return try JSONDecoder().decode(type, from: data)
    }
}
