import ArgumentParser
import FileIO

/// Where the outputs of many files go, and which of them are made.
struct ManyOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Put outputs below DIR, each under the path of its input, instead of beside it.",
            valueName: "dir"),
        completion: .directory)
    var outputDir: String?

    @Flag(
        name: .shortAndLong,
        help: "Replace outputs whose inputs have changed since; the others stay.")
    var update = false

    func directories() throws -> OutputDirectories {
        guard let outputDir else { return OutputDirectories() }
        do throws(FileError) {
            return try OutputDirectories(root: FilePath(argument: outputDir))
        } catch { throw Failure(output: error) }
    }

    /// Whether an option says that each file is for itself.
    func isAsked(recursive: Bool) -> Bool { recursive || update || outputDir != nil }

    /// Whether each of `sources` is a file of its own beside others, or may turn out to be.
    func isWanted(
        _ sources: [InputSource], recursive: Bool, output: OutputOptions
    ) throws -> Bool {
        let isAsked = isAsked(recursive: recursive)
        guard isAsked || sources.count > 1 else { return false }
        guard output.output == nil else {
            guard isAsked else { return false }
            let option = recursive ? "-R" : update ? "--update" : "--output-dir"
            throw Failure.usage(
                "\(option) makes an output of each file, and -o names one",
                "leave -o away; --output-dir DIR puts them elsewhere")
        }
        guard !sources.contains(.standardInput) else {
            guard isAsked else { return false }
            throw Failure.usage("standard input has no name to make another of", "name files")
        }
        return true
    }
}
