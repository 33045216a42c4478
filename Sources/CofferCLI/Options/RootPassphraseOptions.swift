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
        return sealRoot ? try PassphrasePrompt.askTwice("New passphrase of the keystore") : nil
    }
}
