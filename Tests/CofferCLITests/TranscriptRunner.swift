import Foundation

/// Runs the commands of a transcript in a directory of their own, without a terminal.
struct TranscriptRunner: ~Copyable {
    struct Outcome {
        let output: [String]
        let errors: [String]
        let status: Int32
    }

    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// A command that a signal ends counts as 128 + its number, as in a shell.
    func run(_ step: Transcript.Step) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
        // Whoever runs the tests may ignore SIGPIPE, and a shell cannot take that back.
        process.arguments = [
            "-w", "/usr/bin/env", "--default-signal=PIPE", "/bin/bash", "-c", step.command,
        ]
        process.currentDirectoryURL = directory
        process.environment = environment
        let streams = directory.appendingPathComponent(".streams")
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        let input = step.input.map { $0 + "\n" }.joined()
        process.standardInput = try file(streams, "in", Data(input.utf8))
        process.standardOutput = try file(streams, "out", nil)
        process.standardError = try file(streams, "err", nil)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            output: try lines(streams, "out"), errors: try lines(streams, "err"),
            status: process.terminationStatus)
    }

    /// The names in the directory, without hidden ones.
    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }

    private var environment: [String: String] {
        [
            "PATH": Self.programs.path + ":/usr/local/bin:/usr/bin:/bin",
            "HOME": directory.path,
            "NO_COLOR": "1",
            "COFFER_HOME": directory.appendingPathComponent(".coffer").path,
            "TRANSCRIPTS": Transcript.folder.path,
        ]
    }

    /// Where the build put `coffer`: beside the test bundle.
    static let programs: URL = {
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        return URL(fileURLWithPath: bundle).deletingLastPathComponent()
    }()

    private func file(_ folder: URL, _ name: String, _ content: Data?) throws -> FileHandle {
        let url = folder.appendingPathComponent(name)
        try (content ?? Data()).write(to: url)
        return try content == nil
            ? FileHandle(forWritingTo: url) : FileHandle(forReadingFrom: url)
    }

    private func lines(_ folder: URL, _ name: String) throws -> [String] {
        let data = try Data(contentsOf: folder.appendingPathComponent(name))
        var lines = String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
