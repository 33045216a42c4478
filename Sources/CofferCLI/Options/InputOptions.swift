import ArgumentParser
import FileIO
import Glibc

/// What a verb reads: named files, lists of names, or standard input.
struct InputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read more names from a file, one a line; - for standard input.", valueName: "file"),
        completion: .file())
    var filesFrom: [String] = []

    @Flag(
        name: [.customShort("0"), .customLong("null")],
        help: "Names in --files-from end in NUL instead of a line end.")
    var endsInNUL = false

    /// The names, in order; empty for none at all.
    func paths(_ arguments: [String]) throws -> [FilePath] {
        var paths = arguments.map(FilePath.init(argument:))
        for list in filesFrom {
            let input =
                list == "-"
                ? try InputFile.standardInput() : try InputFile(path: FilePath(argument: list))
            let text = try TextFile(input, limit: 64 << 20)
            if endsInNUL {
                paths += text.bytes.split(separator: 0).map { FilePath(bytes: Array($0)) }
            } else {
                paths += text.lines.map { FilePath(bytes: $0.bytes) }.filter { !$0.bytes.isEmpty }
            }
        }
        return paths
    }

    /// The same as sources of data. Nothing named means standard input, unless that is a terminal:
    /// then somebody expects to be told how this works, not to be waited for.
    func sources(_ arguments: [String], verb: String) throws -> [InputSource] {
        let paths = try paths(arguments)
        if paths.isEmpty && filesFrom.isEmpty {
            guard !Terminal.isTerminal(STDIN_FILENO) else {
                throw Failure.usage(
                    "nothing to \(verb): no file is named and standard input is the terminal",
                    "coffer \(verb) FILE, or … | coffer \(verb)",
                    "see 'coffer \(verb) --help'; a lone - reads what you type")
            }
            return [.standardInput]
        }
        let sources = paths.map {
            $0.bytes == Array("-".utf8) ? InputSource.standardInput : .path($0)
        }
        guard sources.count(where: { $0 == .standardInput }) < 2 else {
            throw Failure.usage(
                "standard input is named twice", "it can be read once: name - once")
        }
        guard !filesFrom.contains("-") || !sources.contains(.standardInput) else {
            throw Failure.usage(
                "standard input is both the list of files and the data",
                "give the list another descriptor: --files-from /dev/fd/3 3< FILE")
        }
        return sources
    }
}

enum InputSource: Hashable, Sendable {
    case path(FilePath)
    case standardInput

    var name: FileName {
        switch self {
        case .path(let path): .path(path)
        case .standardInput: .standardInput
        }
    }

    func open() throws(FileError) -> InputFile {
        switch self {
        case .path(let path): try InputFile(path: path)
        case .standardInput: try .standardInput()
        }
    }
}
