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

        var path: FilePath? {
            if case .path(let path) = self { path } else { nil }
        }

        var isStandardOutput: Bool {
            if case .standardOutput = self { true } else { false }
        }

        init(argument: String) {
            self =
                argument == "-"
                ? .standardOutput(isExplicit: true) : .path(FilePath(argument: argument))
        }

        func open(replacing: Bool, inputs: [FileIdentity]) throws -> OutputFile {
            guard case .path(let path) = self else { return .standardOutput() }
            do throws(FileError) {
                return try OutputFile(path: path, replacing: replacing, inputs: inputs)
            } catch { throw Failure(output: error) }
        }

        /// A container is no text for a terminal, unless somebody insists.
        func refuseTerminal(isArmored: Bool) throws {
            guard case .standardOutput(isExplicit: false) = self, !isArmored,
                Terminal.isTerminal(STDOUT_FILENO)
            else { return }
            throw Failure(
                .output, "a container is no text for a terminal", file: .standardOutput,
                hints: ["name a file with -o, use -a for text, or insist with -o -"])
        }

        var name: FileName {
            switch self {
            case .path(let path): .path(path)
            case .standardOutput: .standardOutput
            }
        }
    }

    /// What `-o` says, if it is there.
    var explicitTarget: Target? { output.map(Target.init(argument:)) }

    func open(_ target: Target, inputs: [FileIdentity]) throws -> OutputFile {
        try target.open(replacing: force, inputs: inputs)
    }
}
