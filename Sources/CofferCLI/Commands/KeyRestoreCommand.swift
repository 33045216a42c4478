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

            If the root key of the keystore was sealed with a passphrase, it will be
            again: with a new passphrase, asked for twice or from the file that
            --root-passphrase-file names. If a token sealed it, this is what keeps it;
            'coffer key move-root' brings it back to a token.

            Where a token held the root, the backup is of use with that token alone, or
            one with the same keys: it has to be there.
            """)

    @Argument(help: "The backup; - for standard input.", completion: .file())
    var file: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("passphrase: or keyfile:PATH[#NAME]. Repeatable.", valueName: "uri"))
    var key: [String] = []

    @OptionGroup var passphrase: PassphraseOptions
    @OptionGroup var root: RootPassphraseOptions

    @Flag(help: "Leave the root key unsealed, though it was sealed in the backed up keystore.")
    var unsealedRoot = false

    @Flag(name: .shortAndLong, help: "Replace the keystore that is there.")
    var force = false

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        if unsealedRoot, root.isGiven {
            throw Failure.usage(
                "--unsealed-root beside a passphrase for the root key", "give one of the two")
        }
        let surroundings = try Surroundings.load()
        try service.requireEmbedded("key restore", surroundings)
        let local = LocalKeyService(surroundings, console: console)
        let place = try local.place
        guard try force || !EmbeddedKeyService.exists(in: place.bytes) else {
            throw Failure(
                .output, "there is a keystore in '\(place.displayText)' already",
                file: .path(place),
                hints: ["replace it with -f; the old one is kept beside it"])
        }
        let source = InputSource(argument: file)
        let references = try OfflineKeys.references(key)
        let passphraseSource = try passphrase.source
        let standardInput = StandardInputUse(data: [source])
        if let passphraseSource { try standardInput.refuse(passphraseSource) }
        try standardInput.refuse(references)
        let ring = KeyRing(
            references, passphrase: passphraseSource, newPassphrase: nil,
            surroundings: surroundings, console: console)
        let passphrase = try root.read()
        let isSealed: Bool
        do {
            let restored = try KeystoreTransfer.restore(
                try source.open(), try ring.openers(), to: place, replacing: force,
                rootPassphrase: passphrase, token: local.rootToken, ifSealed: sealingAgain)
            isSealed = try restored.isRootSealed()
            try restored.close()
        } catch { throw ring.explain(error, file: source.name) }
        try console.result(
            .object([
                ("verb", .text("key restore")), ("file", source.name.json),
                ("directory", .path(place)), ("sealed", .flag(isSealed)),
            ]),
            text: console.isQuiet
                ? "" : "the keys of \(source.name.displayText) are in '\(place.displayText)'\n")
    }

    /// The backup is of a sealed keystore, and nobody said what the new one shall be.
    private func sealingAgain() throws -> SecretBytes? {
        if unsealedRoot { return nil }
        do {
            return try RootPassphraseOptions.ask()
        } catch FileError.noTerminal {
            throw Failure(
                .input,
                "the root key of this backup was sealed with a passphrase, and there is no terminal "
                    + "to ask for a new one on",
                file: .terminal,
                hints: [
                    "seal it again: --root-passphrase-file FILE",
                    "leave it to the file's permissions: --unsealed-root",
                ])
        }
    }
}
