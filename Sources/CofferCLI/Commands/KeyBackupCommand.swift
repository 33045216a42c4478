import ArgumentParser
import Envelope
import FileIO
import Glibc
import KeyProviders

struct KeyBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write all keys into a container sealed to a passphrase or a key file.",
        discussion: """
            coffer key backup coffer-keys.coffer
                asks for a passphrase
            coffer key backup coffer-keys.coffer -k keyfile:escrow.key
            coffer key backup coffer-keys.coffer -k recovery:sheet.pub
            coffer key backup - --passphrase-file pass | ssh vault 'cat > coffer-keys.coffer'

            The keystore may be in use. Keep the backup where this machine's loss does not reach
            it, and passphrase or key file elsewhere. 'coffer key restore' brings it back.

            Where a token seals the root, the backup needs no token. Where a token holds
            it (--isolation token), the keys in the backup open only there, or in a token
            with the same keys: have a copy of these by the token's own means, or move the
            root of a copy of the keystore to its file and back that up.
            """)

    @Argument(help: "The container to write; - for standard output.", completion: .file())
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "passphrase:, keyfile:PATH[#NAME] or recovery:FILE. Repeatable.", valueName: "uri"))
    var key: [String] = []

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "Allow a passphrase beside other keys.")
    var mixPassphrase = false

    @Flag(name: .shortAndLong, help: "Replace an existing file.")
    var force = false

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let surroundings = try Surroundings.load()
        try service.requireEmbedded("key backup", surroundings)
        let console = report.console
        let keystore = try LocalKeyService(surroundings, console: console).open()
        let target = OutputOptions.Target(argument: file)
        if target.isStandardOutput, Terminal.isTerminal(STDOUT_FILENO) {
            throw Failure(
                .output, "a container is no text for a terminal", file: .standardOutput,
                hints: ["name a file"])
        }
        let output = try target.open(replacing: force, inputs: [])
        let ring = KeyRing(
            try OfflineKeys.references(key), passphrase: try passphrase.source,
            newPassphrase: try passphrase.source, surroundings: surroundings, console: console)
        let recipients = try ring.recipients(mixingPassphrase: mixPassphrase)
        let summary = try KeystoreTransfer.backup(keystore, recipients, to: output)
        try output.commit()
        try keystore.recordBackup()
        let holder = try EmbeddedKeyService.rootKeeping(in: keystore.directory).token
            .flatMap { $0.isIsolated ? $0 : nil }
        try console.result(
            .object([
                ("verb", .text("key backup")), ("output", target.name.json),
                ("container_bytes", .number(summary.containerByteCount)),
                ("token", holder.map { .text($0.uri) } ?? .null),
            ]),
            text: console.isQuiet || target.isStandardOutput
                ? "" : "\(target.name.displayText): all keys, sealed; keep it elsewhere\n",
            besideData: target.isStandardOutput)
        if let holder {
            console.warning(
                "it is of use only with \(Escaped.text(holder.uri)), or a token with the same keys")
        }
    }
}
