import ArgumentParser
import FileIO
import KeyProviders
import SecretMemory

struct KeyMoveRootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move-root",
        abstract: "Move the keystore to a new root: a token's, or one in its file.",
        discussion: """
            coffer key move-root --to 'pkcs11:token=hsm;object=coffer'
                a fresh root, sealed by a key of the token
            coffer key move-root --to 'pkcs11:token=hsm;object=coffer' --isolation token
                all key material goes into the token and is used there
            coffer key move-root --to file
                back into the file root.key, or a fresh root in it
            coffer key move-root --to file --seal-root

            Every container opens as before. Stopped at any moment, the keystore has its
            old root or its new one. Programs that have it open are refused from then
            on, and find the new root when they are started again.
            What was copied before stays what it was: old copies of root.key open old
            copies of the keystore.
            The PIN of a token comes from the terminal, from COFFER_PIN, or for the new
            token from the file that its URI names: '…?pin-source=FILE'.
            """)

    @Option(help: ArgumentHelp("file, or the token and its key.", valueName: "root"))
    var to: String

    @OptionGroup var token: RootTokenOptions
    @OptionGroup var passphrase: RootPassphraseOptions
    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let isFile = to == "file"
        if isFile, token.isGiven {
            throw Failure.usage("--isolation and --create-token-keys are for tokens")
        }
        if !isFile, passphrase.isGiven {
            throw Failure.usage(
                "a root on a token has no passphrase", "the token has its PIN")
        }
        let surroundings = try Surroundings.load()
        try service.requireEmbedded("key move-root", surroundings)
        let console = report.console
        let local = LocalKeyService(surroundings, console: console)
        let keystore = try local.open()
        let root = try isFile ? NewRoot(passphrase: passphrase.read()) : token.root(to, local.agent)
        do {
            try keystore.moveRoot(to: root)
            try keystore.close()
        } catch { throw token.failure(error) }
        let directory = keystore.directory
        let keeping = try EmbeddedKeyService.rootKeeping(in: directory)
        try console.result(
            .object([
                ("verb", .text("key move-root")), ("directory", .path(FilePath(bytes: directory))),
                ("root", .text(keeping.kind)),
                ("token", keeping.token.map { .text($0.uri) } ?? .null),
            ]),
            text: console.isQuiet ? "" : "the keystore's root is \(keeping.text)\n")
        if !console.isJSON { RootTokenOptions.note(on: to, console) }
    }
}

extension RootKeeping {
    /// For scripts.
    var kind: String {
        switch self {
        case .file: "file"
        case .passphrase: "passphrase"
        case .token(let name): name.isIsolated ? "isolated" : "token"
        }
    }

    var token: RootTokenName? { if case .token(let name) = self { name } else { nil } }

    /// Behind "is".
    var text: String {
        switch self {
        case .file: "in its file root.key"
        case .passphrase: "in its file root.key, sealed with a passphrase"
        case .token(let name) where name.isIsolated:
            "held by \(Escaped.text(name.uri)), and key material stays there"
        case .token(let name): "sealed by \(Escaped.text(name.uri))"
        }
    }
}
