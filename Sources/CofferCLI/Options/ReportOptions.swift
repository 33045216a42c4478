import ArgumentParser

extension Console.ProgressMode: ExpressibleByArgument {
    // The parser's own lists are made by asking the runtime about the type: a third of a millisecond.
    static var allValueStrings: [String] { allCases.map(\.rawValue) }
    static var allValueDescriptions: [String: String] { [:] }
}

/// How a verb reports: every verb has these.
struct ReportOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say more.")
    var verbose = false

    @Flag(help: "Print one JSON object for each result; on failure one on standard error.")
    var json = false

    var console: Console { console(progress: .never) }

    func console(progress: Console.ProgressMode) -> Console {
        Console(
            isQuiet: quiet, isVerbose: verbose, isJSON: json, progress: progress,
            usesColor: Console.hasColor)
    }
}

/// For verbs that may take a while.
struct ProgressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "When to show progress: auto (on a terminal, after a second), always, never or json.",
            valueName: "when"))
    var progress = Console.ProgressMode.auto
}
