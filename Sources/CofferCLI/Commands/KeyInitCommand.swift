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
            coffer key init --root 'pkcs11:token=hsm;object=coffer' --create-token-keys
                its root key is sealed by a key of a token, which never leaves it
            coffer key init --root 'pkcs11:token=hsm;object=coffer' --isolation token
                all key material is made in the token and used there: by its AES key
                'coffer' and its HMAC key 'coffer-mac'

            The keystore is in COFFER_HOME, by default $XDG_DATA_HOME/coffer or
            ~/.local/share/coffer. It keeps the names of token and key, never a module or a
            PIN: the module is named under services in the configuration file, or known to
            p11-kit; the PIN comes from the terminal or from COFFER_PIN.
            """)

    @Option(
        help: ArgumentHelp(
            "The token and its key that seal or hold the root.",
            valueName: "pkcs11:…"))
    var root: String?

    @OptionGroup var token: RootTokenOptions
    @OptionGroup var passphrase: RootPassphraseOptions
    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        if root == nil, token.isGiven {
            throw Failure.usage(
                "--isolation and --create-token-keys without a token",
                "name it: --root 'pkcs11:token=NAME;object=KEY'")
        }
        if root != nil, passphrase.isGiven {
            throw Failure.usage(
                "a root on a token has no passphrase", "the token has its PIN")
        }
        let surroundings = try Surroundings.load()
        try service.requireEmbedded("key init", surroundings)
        let local = LocalKeyService(surroundings, console: console)
        let place = try local.place
        guard try !EmbeddedKeyService.exists(in: place.bytes) else {
            throw Failure(
                .output, "there is a keystore in '\(place.displayText)' already",
                file: .path(place), hints: ["see its keys: coffer key list"])
        }
        do {
            try create(in: place, local).close()
        } catch let error as EmbeddedKeyServiceError { throw token.failure(error) }
        let keeping = try EmbeddedKeyService.rootKeeping(in: place.bytes)
        // The advice comes below, and need not come again.
        _ = try EmbeddedKeyService.isFirstAdvice(in: place.bytes)
        try console.result(
            .object([
                ("verb", .text("key init")), ("directory", .path(place)),
                ("sealed", .flag(keeping != .file)),
                ("alias", .text(EmbeddedKeyService.defaultAlias)),
                ("token", keeping.token.map { .text($0.uri) } ?? .null),
            ]),
            text: console.isQuiet
                ? ""
                : "made a keystore in '\(place.displayText)' with the key "
                    + "\(EmbeddedKeyService.defaultAlias)\n")
        if !console.isJSON {
            console.note(KeystoreRisk.advice)
            if let root { RootTokenOptions.note(on: root, console) }
        }
    }

    private func create(in place: FilePath, _ local: LocalKeyService) throws -> EmbeddedKeyService {
        if let root {
            return try EmbeddedKeyService.create(
                in: place.bytes, root: token.root(root, local.agent))
        }
        return try EmbeddedKeyService.create(in: place.bytes, rootPassphrase: passphrase.read())
    }
}
