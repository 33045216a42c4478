import ArgumentParser
import Envelope
import FileIO
import KeyProviders
import SecretMemory

struct KeyRestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make the keystore of a backup.",
        discussion: """
            coffer key restore coffer-keys.coffer
            coffer key restore coffer-keys.coffer -k keyfile:escrow.key
            coffer key restore -f coffer-keys.coffer
                replaces the keystore that is there; the old one is kept beside it
            """)

    @Argument(help: "The backup; - for standard input.", completion: .file())
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("passphrase: or keyfile:PATH[#NAME]. Repeatable.", valueName: "uri"))
    var key: [String] = []

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var root: RootPassphraseOptions

    @Flag(name: .shortAndLong, help: "Replace the keystore that is there.")
    var force = false

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let surroundings = try Surroundings.load()
        let place = try LocalKeyService(surroundings, console: console).place
        guard try force || !EmbeddedKeyService.exists(in: place.bytes) else {
            throw Failure(
                .output, "there is a keystore in '\(place.displayText)' already",
                file: .path(place),
                hints: ["replace it with -f; the old one is kept beside it"])
        }
        let source: InputSource =
            file == "-" ? .standardInput : .path(FilePath(argument: file))
        let ring = KeyRing(
            try OfflineKeys.references(key), passphrase: try passphrase.source,
            newPassphrase: nil, surroundings: surroundings, console: console)
        let passphrase = try root.read()
        do {
            let service = try KeystoreTransfer.restore(
                try source.open(), try ring.openers(), to: place, replacing: force,
                rootPassphrase: passphrase)
            try service.close()
        } catch { throw ring.explain(error, file: source.name) }
        try console.result(
            .object([
                ("verb", .text("key restore")), ("file", source.name.json),
                ("directory", .path(place)),
            ]),
            text: console.isQuiet
                ? "" : "the keys of \(source.name.displayText) are in '\(place.displayText)'\n")
    }
}
