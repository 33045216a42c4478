import ArgumentParser
import ContainerFormat
import Envelope
import FileIO
import KeyProviders
import SecretMemory

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make the keystore of a backup.",
        discussion: """
            cofferd restore --passphrase-file pass keys.coffer

            Stop the server first. A backup that is sealed to another key is restored by
            'coffer key restore'.
            """)

    @Argument(help: "The backup.", completion: .file()) var file: String

    @Option(
        help: ArgumentHelp("The passphrase of the backup.", valueName: "file"),
        completion: .file())
    var passphraseFile: String

    @Option(
        help: ArgumentHelp(
            "Seal the keystore's root key with the passphrase in a file.", valueName: "file"),
        completion: .file())
    var rootPassphraseFile: String?

    @Flag(help: "Leave the root key unsealed, though it was sealed in the backed up keystore.")
    var unsealedRoot = false

    @Flag(name: .shortAndLong, help: "Replace the keystore that is there; it is kept beside.")
    var force = false

    @OptionGroup var place: PlaceOptions

    func run() throws {
        let surroundings = try Surroundings(place)
        let passphrase = try PassphraseFile.read(passphraseFile)
        let rootPassphrase: SecretBytes?
        if let rootPassphraseFile {
            rootPassphrase = try PassphraseFile.read(rootPassphraseFile)
        } else {
            rootPassphrase = nil
        }
        do {
            let restored = try KeystoreTransfer.restore(
                InputFile(path: FilePath(argument: file)), [Passphrase(passphrase)],
                to: surroundings.keystore, replacing: force, rootPassphrase: rootPassphrase,
                token: surroundings.rootToken, ifSealed: sealingAgain)
            try restored.close()
        } catch is UnlockFailure {
            throw Failure(
                .input, "'\(Escaped.argument(file))' does not open with this passphrase",
                "a backup that is sealed to another key: coffer key restore FILE")
        } catch let error as ContainerError {
            throw Failure(
                .damaged, "'\(Escaped.argument(file))' is no whole container: \(error)")
        } catch { throw surroundings.failure(error) }
        Console.note("the keys are in '\(surroundings.keystore.displayText)'")
    }

    /// The backup is of a sealed keystore, and nobody said what the new one shall be.
    private func sealingAgain() throws -> SecretBytes? {
        if unsealedRoot { return nil }
        throw Failure(
            .usage, "the root key of this backup was sealed with a passphrase",
            "seal it again: --root-passphrase-file FILE",
            "leave it to the file's permissions: --unsealed-root")
    }
}
