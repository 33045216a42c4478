import ArgumentParser
import FileIO
import KeyProviders

/// Which keys a verb works with.
struct KeyOptions: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            """
            A key: keyfile:PATH[#NAME], passphrase:, recovery:FILE, recovery:age1pq…, alias/NAME, \
            key/ID, an ARN, aws-kms:ARN, vault:MOUNT/KEY, pkcs11:token=…;object=… or \
            plugin:NAME/KEY. Repeatable.
            """,
            valueName: "uri"),
        completion: .keyReference)
    var key: [String] = []

    @Option(
        name: [.customShort("K"), .long],
        help: ArgumentHelp(
            "A file of keys, one a line; # begins a comment, paths are seen from the file.",
            valueName: "file"),
        completion: .file())
    var keysFile: [String] = []

    @Option(
        help: ArgumentHelp("A set of keys from the configuration file.", valueName: "name"),
        completion: .keySet)
    var keySet: [String] = []
}

/// Where passphrases come from when nobody is to be asked.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Read the passphrase from descriptor N.", valueName: "n"))
    var passphraseFd: Int32?

    @Option(
        help: ArgumentHelp(
            "Read the passphrase from a file; one line end at its end is left out.",
            valueName: "file"),
        completion: .file())
    var passphraseFile: String?

    @Option(
        help: ArgumentHelp("Read the PIN of a token from descriptor N.", valueName: "n"))
    var pinFd: Int32?

    var source: PassphraseSource? {
        get throws {
            guard passphraseFd == nil || passphraseFile == nil else {
                throw Failure.usage("--passphrase-fd and --passphrase-file exclude each other")
            }
            if let passphraseFd { return .descriptor(passphraseFd) }
            if let passphraseFile { return .file(FilePath(argument: passphraseFile)) }
            return nil
        }
    }
}

/// Where a passphrase that becomes a recipient comes from, beside one that opens.
struct NewPassphraseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Read the new passphrase from descriptor N.", valueName: "n"))
    var newPassphraseFd: Int32?

    @Option(
        help: ArgumentHelp("Read the new passphrase from a file.", valueName: "file"),
        completion: .file())
    var newPassphraseFile: String?

    var source: PassphraseSource? {
        get throws {
            guard newPassphraseFd == nil || newPassphraseFile == nil else {
                throw Failure.usage(
                    "--new-passphrase-fd and --new-passphrase-file exclude each other")
            }
            if let newPassphraseFd { return .descriptor(newPassphraseFd) }
            if let newPassphraseFile { return .file(FilePath(argument: newPassphraseFile)) }
            return nil
        }
    }
}
