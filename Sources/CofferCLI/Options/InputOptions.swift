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

    private var lists: [InputSource] { filesFrom.map(InputSource.init(argument:)) }

    /// The names, in order; empty for none at all.
    func paths(_ arguments: [String]) throws -> [FilePath] {
        var paths = arguments.map(FilePath.init(argument:))
        for list in lists {
            let text = try TextFile(try list.open(), limit: 64 << 20)
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
        let sources = paths.map(InputSource.init)
        try StandardInputUse.refuseTwice(lists: lists, data: sources)
        return sources
    }
}

enum InputSource: Hashable, Sendable {
    case path(FilePath)
    case standardInput

    /// A lone - is standard input.
    init(_ path: FilePath) {
        self = path.bytes == Array("-".utf8) ? .standardInput : .path(path)
    }

    init(argument: String) { self.init(FilePath(argument: argument)) }

    /// Whether reading it reads standard input, whatever it is called.
    var isStandardInput: Bool {
        switch self {
        case .path(let path): path.isStandardInput
        case .standardInput: true
        }
    }

    var name: FileName {
        switch self {
        case .path(let path): .path(path)
        case .standardInput: .standardInput
        }
    }

    /// Nothing for standard input.
    var path: FilePath? {
        if case .path(let path) = self { path } else { nil }
    }

    private static let heldByteCount = 64 << 10

    /// A file that was found in a tree.
    static func open(found path: FilePath) throws(FileError) -> InputFile {
        try InputFile(found: path, holding: heldByteCount)
    }

    /// - Parameter holdingSmall: small files are read at once, as one of many is.
    func open(holdingSmall: Bool = false) throws(FileError) -> InputFile {
        switch self {
        case .path(let path):
            try InputFile(path: path, holding: holdingSmall ? Self.heldByteCount : 0)
        case .standardInput: try .standardInput()
        }
    }
}
