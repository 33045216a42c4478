import ArgumentParser
import FileIO
import SecretMemory

/// Whether the keystore's root key is sealed with a passphrase.
struct RootPassphraseOptions: ParsableArguments {
    @Flag(help: "Seal the keystore's root key with a passphrase, asked for twice.")
    var sealRoot = false

    @Option(
        help: ArgumentHelp(
            "Seal the root key with the passphrase in a file; COFFER_ROOT_PASSPHRASE_FILE names "
                + "it afterwards.",
            valueName: "file"),
        completion: .file())
    var rootPassphraseFile: String?

    func read() throws -> SecretBytes? {
        if let rootPassphraseFile {
            return try PassphraseSource.file(FilePath(argument: rootPassphraseFile)).read()
        }
        guard sealRoot else { return nil }
        do {
            return try Self.ask()
        } catch FileError.noTerminal {
            throw Failure(
                .input, "there is no terminal to ask for the keystore's new passphrase on",
                file: .terminal, hints: ["give it with --root-passphrase-file FILE"])
        }
    }

    /// A new one, asked for twice.
    static func ask() throws -> SecretBytes {
        try PassphrasePrompt.askTwice("New passphrase of the keystore")
    }

    /// Whether one of them was given.
    var isGiven: Bool { sealRoot || rootPassphraseFile != nil }
}
