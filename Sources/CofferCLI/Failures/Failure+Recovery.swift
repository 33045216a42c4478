import FileIO
import KeyProviders

/// Recovery keys and groups that are not what they should be. No text that may be a secret is shown.
extension Failure {
    init(recovery error: KeyReferenceError) {
        switch error {
        case .secretInReference:
            self.init(
                .usage, "a secret key does not belong on the command line",
                hints: [
                    "write 'recovery:FILE', or only 'recovery:' and type it when asked",
                    "other users may have seen it: make another with 'coffer recovery new'",
                ])
        case .notARecoveryRecipient(let reason):
            self.init(
                .usage, "the recovery recipient is wrong: \(reason.text)",
                hints: [reason.hint(isSecret: false)])
        case .notARecoveryFile(let path):
            self.init(
                .input, "'\(path.displayText)' holds no recovery key", file: .path(path),
                hints: [
                    "one line of it begins with age1pq1 or AGE-SECRET-KEY-PQ-1",
                    "make one with: coffer recovery new -o FILE",
                ])
        case .severalRecoveryKeys(let path):
            self.init(
                .input, "'\(path.displayText)' holds several keys", file: .path(path),
                hints: ["put each into a file of its own"])
        case .recoveryFileWrong(let path, let reason):
            self.init(
                .input, "the recovery key in '\(path.displayText)' is wrong: \(reason.text)",
                file: .path(path), hints: [reason.hint(isSecret: true)])
        case .empty, .unknownScheme, .noKeyFilePath,
            .passphraseInReference, .pinInReference, .notAKeyFile, .keyFileUnreadable,
            .keyNotUsable, .notAPluginKey, .group:
            preconditionFailure("failure: no error of a recovery key")
        }
    }

    init(_ problem: KeyGroup.Problem, group: String) {
        let name = "group '\(Escaped.text(group))'"
        switch problem {
        case .neededTooFew:
            self.init(
                .usage, "\(name): at least 2 of its keys have to be needed",
                hints: ["a key that opens alone is named with -k"])
        case .neededTooMany(let count):
            self.init(
                .usage, "\(name) needs more keys than the \(count) that it has",
                hints: ["write --group NAME:K KEY KEY…, with K or more keys"])
        case .tooManyMembers(let count):
            self.init(
                .usage,
                "\(name): \(count) keys are more than a group has room for, "
                    + "\(KeyGroup.memberLimit)")
        case .passphrase:
            self.init(
                .usage, "\(name): a passphrase in a group",
                hints: [
                    "who knows the other keys could make a container that it helps to open",
                    "use a key file or a recovery sheet",
                ])
        case .nested:
            self.init(.usage, "\(name): a group in a group", hints: ["groups hold keys only"])
        case .repeated:
            self.init(
                .usage, "\(name): the same key twice",
                hints: ["whoever has it would count as two"])
        }
    }
}

extension RecoveryTextError {
    /// What follows a colon.
    var text: String {
        switch self {
        case .otherPrefix: "it is of another kind"
        case .mixedCase: "upper and lower case are mixed"
        case .noSuchCharacter(let position): "character \(position) cannot be in it"
        case .wrongChecksum: "its checksum does not fit"
        case .otherLength: "it is too short or too long"
        case .noPublicKey: "its content is no key"
        }
    }

    func hint(isSecret: Bool) -> String {
        switch self {
        case .otherPrefix:
            isSecret
                ? "a post-quantum key begins with AGE-SECRET-KEY-PQ-1 or age1pq1: "
                    + "coffer recovery new and age-keygen -pq make them"
                : "a post-quantum recipient begins with age1pq1: "
                    + "coffer recovery new and age-keygen -pq make them"
        case .mixedCase: "write all of it in one case"
        case .noSuchCharacter: "only letters and digits without 1, B, I and O are used"
        case .wrongChecksum, .otherLength, .noPublicKey:
            isSecret
                ? "compare it with the sheet: a character is missing, doubled or wrong"
                : "copy it again, all of it: a recipient has 1959 characters"
        }
    }
}
