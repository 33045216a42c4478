import ArgumentParser
import FileIO
import Glibc

/// What a verb writes.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write here; - for standard output, a terminal too.", valueName: "path"),
        completion: .file())
    var output: String?

    @Flag(name: .shortAndLong, help: "Replace an existing output.")
    var force = false

    enum Target: Hashable, Sendable {
        case path(FilePath)
        /// By `-o -`, or because nothing was named.
        case standardOutput(isExplicit: Bool)

        var isStandardOutput: Bool {
            if case .standardOutput = self { true } else { false }
        }

        var name: FileName {
            switch self {
            case .path(let path): .path(path)
            case .standardOutput: .standardOutput
            }
        }
    }

    /// What `-o` says, if it is there.
    var explicitTarget: Target? {
        guard let output else { return nil }
        return output == "-"
            ? .standardOutput(isExplicit: true) : .path(FilePath(argument: output))
    }

    func open(_ target: Target, inputs: [FileIdentity]) throws -> OutputFile {
        guard case .path(let path) = target else { return .standardOutput() }
        do throws(FileError) {
            return try OutputFile(path: path, replacing: force, inputs: inputs)
        } catch { throw Failure(output: error) }
    }
}
