import ArgumentParser
import FileIO
import KeyProviders

struct KeyInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make the keystore, with one key alias/default.",
        discussion: """
            coffer key init
                what the first 'coffer encrypt' does by itself
            coffer key init --seal-root
                its root key is sealed with a passphrase, which each use then asks
                for; without a terminal it comes from the file that
                COFFER_ROOT_PASSPHRASE_FILE names

            The keystore is in COFFER_HOME, by default $XDG_DATA_HOME/coffer or
            ~/.local/share/coffer.
            """)

    @OptionGroup var root: RootPassphraseOptions
    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let surroundings = try Surroundings.load()
        try service.requireEmbedded("key init", surroundings)
        let place = try LocalKeyService(surroundings, console: console).place
        guard try !EmbeddedKeyService.exists(in: place.bytes) else {
            throw Failure(
                .output, "there is a keystore in '\(place.displayText)' already",
                file: .path(place), hints: ["see its keys: coffer key list"])
        }
        let passphrase = try root.read()
        let isSealed: Bool
        switch passphrase {
        case .some: isSealed = true
        case .none: isSealed = false
        }
        let made = try EmbeddedKeyService.create(
            in: place.bytes, rootPassphrase: passphrase)
        try made.close()
        // The advice comes below, and need not come again.
        _ = try EmbeddedKeyService.isFirstAdvice(in: place.bytes)
        try console.result(
            .object([
                ("verb", .text("key init")), ("directory", .path(place)),
                ("sealed", .flag(isSealed)),
                ("alias", .text(EmbeddedKeyService.defaultAlias)),
            ]),
            text: console.isQuiet
                ? ""
                : "made a keystore in '\(place.displayText)' with the key "
                    + "\(EmbeddedKeyService.defaultAlias)\n")
        if !console.isJSON { console.note(KeystoreRisk.advice) }
    }
}
