import ArgumentParser
import FileIO
import KeyProviders

struct KeyCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key of the key service, or a key file.",
        discussion: """
            coffer key create alias/backup
            coffer key create --file escrow.key
                32 random bytes as a line of hex, for you alone (0600); use it with
                -k keyfile:escrow.key, and keep a copy where the data is not
            """)

    @Option(
        help: ArgumentHelp("Make a key file instead.", valueName: "path"), completion: .file())
    var file: String?

    @Flag(name: .shortAndLong, help: "Replace an existing key file.")
    var force = false

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        guard let file else { throw Failure.usage("no key service yet") }
        let path = FilePath(argument: file)
        try NewKeyFile.create(path, replacing: force)
        try console.result(
            .object([
                ("verb", .text("key create")), ("file", .path(path)),
                ("key", .text("keyfile:" + path.displayText)),
            ]), text: console.isQuiet ? "" : "keyfile:\(path.displayText)\n")
    }
}
