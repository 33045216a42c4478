import Envelope
import FileIO
import KeyProviders

extension Failure {
    init(_ error: EnvelopeError, file: FileName?) {
        switch error {
        case .noRecipient:
            self.init(
                .usage, "no key to encrypt to",
                hints: ["name one with -k: keyfile:PATH, passphrase: or alias/NAME"])
        case .tooManyRecipients(let count):
            self.init(.usage, "\(count) recipients are more than a container has room for, 32")
        case .cannotWrap(let recipient, let reason):
            self.init(reason, key: recipient)
            self.file = file
        case .notSeekable(let name):
            self.init(
                .input, "\(name.displayText) cannot be read by position", file: name,
                hints: ["save it to a file first, or read all of it with 'coffer decrypt'"])
        case .isArmored(let name):
            self.init(
                .input, "\(name.displayText) is armored: it has no positions to go to", file: name,
                hints: ["make a binary copy: coffer decrypt | coffer encrypt, without -a"])
        case .notAnArchive(let name):
            self.init(
                .input, "\(name.displayText) holds no archive", file: name,
                hints: ["'coffer decrypt' gives what it holds"])
        case .recipientNotFound(let recipient):
            self.init(
                .usage, "'\(Escaped.text(recipient))' is not among the recipients", file: file,
                hints: ["see them with 'coffer inspect'"])
        case .recipientPresent(let recipient):
            self.init(
                .usage, "'\(Escaped.text(recipient))' is a recipient already", file: file,
                hints: ["see them with 'coffer inspect'"])
        case .mixedPassphrase: self = Self.mixedPassphrase
        case .noRecipientLeft:
            self.init(
                .usage, "without these recipients nobody could open it", file: file,
                hints: ["add another with --add-key in the same command"])
        }
    }

    static let mixedPassphrase = Failure.usage(
        "a passphrase beside other recipients",
        "who knows another key could make a container that your passphrase opens",
        "if that is what you want, add --mix-passphrase")

    init(_ error: KeyProviderError, key: String?) {
        let subject = key.map { "'\(Escaped.text($0))'" } ?? "the key"
        switch error {
        case .notOpened: self.init(.noKey, "\(subject) does not open it")
        case .denied(let service, let message):
            self.init(
                .denied,
                "\(subject): \(Escaped.text(service)) refused: \(Escaped.text(message))",
                hints: ["look at the key with 'coffer key describe'"])
        case .unreachable(let service):
            self.init(
                .unreachable, "\(subject): \(Escaped.text(service)) cannot be reached",
                hints: ["try again later"], isRetryable: true)
        case .noSuchKey:
            self.init(
                .noKey, "\(subject) is no key of the key service",
                hints: ["see the keys with 'coffer key list'"])
        case .keystore(let reason): self.init(reason)
        case .agent(let reason): self.init(reason, key: key)
        case .engineFailure:
            self.init(
                .internal, "\(subject): the cryptographic library refused",
                hints: ["please report this with 'coffer version --json'"])
        }
    }

    init(_ error: KeyReferenceError) {
        let forms =
            "keys are named keyfile:PATH[#NAME], passphrase:, recovery:FILE, alias/NAME, key/ID "
            + "or by ARN, aws-kms:ARN, vault:MOUNT/KEY, pkcs11:token=NAME;object=NAME or "
            + "plugin:NAME/KEY"
        switch error {
        case .empty: self.init(.usage, "a key without a name", hints: [forms])
        case .unknownScheme(let text):
            let name = Escaped.argument(text)
            self.init(
                .usage, "'\(name)' names no key",
                hints: ["for a key file write keyfile:\(name)", forms])
        case .noKeyFilePath:
            self.init(.usage, "'keyfile:' without a path", hints: ["write keyfile:PATH[#NAME]"])
        case .passphraseInReference:
            self.init(
                .usage, "a passphrase does not belong on the command line",
                hints: [
                    "write only 'passphrase:' and type it when asked, "
                        + "or use --passphrase-file FILE or --passphrase-fd N",
                    "other users may have seen it: choose another",
                ])
        case .secretInReference, .notARecoveryRecipient, .notARecoveryFile, .severalRecoveryKeys,
            .recoveryFileWrong:
            self.init(recovery: error)
        case .group(let name, let problem): self.init(problem, group: name)
        case .pinInReference:
            self.init(
                .usage, "a PIN does not belong on the command line",
                hints: [
                    "leave pin-value out and type it when asked, or use --pin-fd N or pin-source",
                    "other users may have seen it: change it",
                ])
        case .notAPluginKey(let text):
            self.init(
                .usage, "'\(Escaped.argument(text))' names no key of a plug-in",
                hints: [
                    "write plugin:NAME/KEY, with the NAME that the configuration file has under "
                        + "plugins; a path is none"
                ])
        case .notAKeyFile(let path):
            self.init(
                .input, "'\(path.displayText)' is no key file", file: .path(path),
                hints: [
                    "a key file holds 32 bytes, or their 64 hex digits",
                    "make one with: coffer key create --file PATH",
                ])
        case .keyFileUnreadable(let reason): self.init(reason)
        case .keyNotUsable(let path):
            self.init(
                .internal, "the key in '\(path.displayText)' cannot be used", file: .path(path))
        }
    }
}
