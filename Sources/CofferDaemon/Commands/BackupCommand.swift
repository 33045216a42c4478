import ArgumentParser
import Envelope
import FileIO
import Glibc
import KeyProviders

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write all keys into a container sealed to a passphrase.",
        discussion: """
            cofferd backup --passphrase-file pass keys.coffer

            The server may run meanwhile. It is what 'coffer key backup' writes, which
            seals to key files and recovery keys too; either restores it. The audit log
            is not in it.
            """)

    @Argument(help: "The container to write.", completion: .file()) var file: String

    @Option(
        help: ArgumentHelp("The passphrase.", valueName: "file"), completion: .file())
    var passphraseFile: String

    @OptionGroup var place: PlaceOptions

    func run() throws {
        let surroundings = try Surroundings(place)
        let passphrase = try PassphraseFile.read(passphraseFile)
        let keystore = try surroundings.open()
        let path = FilePath(argument: file)
        do {
            let output = try OutputFile(path: path, replacing: false)
            _ = try KeystoreTransfer.backup(keystore, [Passphrase(passphrase)], to: output)
            try output.commit(mode: 0o600)
            try keystore.recordBackup()
            try keystore.close()
        } catch let error as EmbeddedKeyServiceError { throw surroundings.failure(error) }
        Console.note("'\(path.displayText)': all keys, sealed; keep it elsewhere")
    }
}
