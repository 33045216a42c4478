import FileIO
import KMSDomain
import KeyAgent
import KeyProviders

/// The files of the embedded key service. Its directory is `COFFER_HOME` or its default.
extension Failure {
    private static let restoring = "restore a backup: coffer key restore FILE"
    private static let writing =
        "it has to be yours to read and to write: each use of a key is put on record"
    private static let closing = "close it: chmod go= on the keystore's directory and files"

    init(_ error: EmbeddedKeyServiceError) {
        switch error {
        case .missing:
            self.init(
                .keystore, "there is no keystore here",
                hints: [
                    "the first 'coffer encrypt' or 'coffer key create' makes one",
                    "bring one from a backup: coffer key restore FILE",
                ])
        case .alreadyExists:
            self.init(
                .output, "there is a keystore already",
                hints: ["replace it with -f; the old one is kept beside it"])
        case .incomplete(let missing):
            self.init(
                .keystore, "the keystore is incomplete: \(missing.joined(separator: ", ")) missing",
                hints: [Self.restoring, "nothing was made up in place of what is missing"])
        case .looserPermissions(let file, let mode):
            self.init(
                .keystore,
                "\(Self.part(file)) is open to others (mode \(String(mode, radix: 8)))",
                hints: [Self.closing])
        case .notOwnedByUser(let file):
            self.init(.keystore, "\(Self.part(file)) belongs to another user")
        case .wrongFileType(let file):
            self.init(.keystore, "\(Self.part(file)) is not the kind of file it has to be")
        case .cannotAccess(let file, let operation, let number):
            self.init(SystemError(number), operation, of: Self.part(file))
        case .rootKeyDamaged:
            self.init(.keystore, "the root key file is damaged", hints: [Self.restoring])
        case .passphraseRequired:
            self.init(
                .keystore, "the keystore is sealed, and there is no passphrase",
                hints: ["type it on a terminal, or name a file in COFFER_ROOT_PASSPHRASE_FILE"])
        case .passphraseUnavailable(let error):
            let cause = Failure(error)
            self.init(
                cause.code, "no passphrase for the sealed keystore: \(cause.message)",
                file: cause.file,
                hints: cause.hints + ["COFFER_ROOT_PASSPHRASE_FILE, if set, names its file"])
        case .wrongPassphrase:
            self.init(
                .keystore, "this is not the keystore's passphrase",
                hints: ["COFFER_ROOT_PASSPHRASE_FILE, if set, names the file it came from"])
        case .rootKeyOfAnotherKeystore:
            self.init(
                .keystore, "root key and keys belong to two keystores", hints: [Self.restoring])
        case .rootOnToken(let uri):
            self.init(
                .keystore, "the keystore's root is on a token, which cannot be reached here",
                hints: ["it is \(Escaped.text(uri))"])
        case .token(let uri, let error): self.init(error, rootOn: uri)
        case .otherToken(let uri, let expected, let found):
            self.init(
                .keystore,
                "'\(Escaped.text(uri))' is not the keystore's root: serial and id are "
                    + "\(Escaped.text(found)), and have to be \(Escaped.text(expected))",
                hints: ["bring the token with that serial, or restore a backup"])
        case .configurationNotTrusted(let error): self.init(error)
        case .rootStaysOnToken(let uri):
            self.init(
                .usage, "the keys of this backup are in a token: no passphrase can seal them",
                hints: [
                    "the token is \(Escaped.text(uri))",
                    "move the root afterwards: coffer key move-root --to file --seal-root",
                ])
        case .store(let error): self.init(error)
        case .audit(let error): self.init(error)
        case .service(let error): self.init(error)
        case .cryptographyFailed:
            self.init(
                .internal, "the cryptographic library refused",
                hints: ["please report this with 'coffer version --json'"])
        case .notABackup:
            self.init(.magic, "this container holds no backup of a keystore")
        case .backupVersionUnsupported(let version):
            self.init(
                .version, "backup version \(version) is newer than this program",
                hints: ["install a newer coffer"])
        case .backupTruncated: self.init(.truncated, "the backup is cut short")
        case .backupDamaged: self.init(.auth, "the backup is damaged")
        }
    }

    /// Of the token with the keystore's root, or on the way there.
    private init(_ error: AgentClientError, rootOn uri: String) {
        self.init(error, key: uri)
        switch error {
        case .failed(.noSuchKey):
            hints = [
                "without it the keystore's keys are lost: " + Self.restoring,
                "or put a copy of it into the token, under the same name",
            ]
        case .failed(.unsupported(let what)) where what.hasPrefix("isolation:"):
            let reason = what.split(separator: ":", maxSplits: 1).dropFirst().first ?? ""
            self.init(
                .unsupported,
                "'\(Escaped.text(uri))' cannot hold a root:\(Escaped.text(String(reason)))",
                hints: ["without --isolation token its key seals a root in the keystore's file"])
        case .failed(.pinNeeded):
            hints = ["run it on a terminal, or give the PIN in COFFER_PIN"]
        case .failed(.unreachable):
            hints = ["is the token there? then try again"]
        default: break
        }
    }

    init(_ error: KeyStoreError) {
        switch error {
        case .rootMoved:
            self.init(
                .keystore, "the keystore was moved to another root while this had it open",
                hints: ["run it again"], isRetryable: true)
        case .missing: self.init(EmbeddedKeyServiceError.missing)
        case .looserPermissions(let mode):
            self.init(
                .keystore, "keys.sqlite is open to others (mode \(String(mode, radix: 8)))",
                hints: [Self.closing])
        case .notOwnedByUser: self.init(.keystore, "keys.sqlite belongs to another user")
        case .notAFile: self.init(.keystore, "keys.sqlite is no regular file")
        case .locked:
            self.init(
                .unreachable, "the keystore is busy: another process holds it",
                hints: ["try again"], isRetryable: true)
        case .newerSchema(let found, let supported):
            self.init(
                .keystore,
                "the keystore is of schema \(found), and this program knows up to \(supported)",
                hints: ["install a newer coffer; nothing was changed"])
        case .damaged(let detail):
            self.init(
                .keystore, "the keystore is damaged: \(Escaped.text(detail))",
                hints: [Self.restoring])
        case .textWithNUL: self.init(.usage, "a name contains the character U+0000")
        case .noSpace: self.init(SystemError.noSpace, "write", of: "the keystore")
        case .notWritable(let file, let number):
            self.init(
                .keystore,
                "\(Self.part(file)) cannot be written: \(SystemError(number).phrase)",
                hints: [Self.writing])
        case .readOnly:
            self.init(
                .keystore, "the keystore's keys.sqlite cannot be written", hints: [Self.writing])
        case .cannotOpen: self.init(.keystore, "the keystore's keys.sqlite cannot be opened")
        case .inputOutput(let code):
            self.init(
                .io, "reading or writing the keystore's keys.sqlite failed (SQLite: \(code))",
                hints: ["look at the disk and what the kernel says of it: dmesg"])
        case .cannotAccess(let operation, let number):
            self.init(SystemError(number), operation, of: Self.part("keys.sqlite"))
        case .failed(let code, let detail):
            self.init(
                .keystore,
                "the keystore's keys.sqlite: SQLite failed with code \(code): "
                    + Escaped.text(detail))
        }
    }

    init(_ error: AuditError) {
        let unheard = "without its record no operation is done"
        let leaving = "to go on without it, move the directory audit away; the next log tells of it"
        switch error {
        case .cannotAccess(let operation, let number):
            self.init(SystemError(number), operation, of: "the audit log")
            hints.append(unheard)
        case .looserPermissions(let mode):
            self.init(
                .keystore, "the audit log is open to others (mode \(String(mode, radix: 8)))",
                hints: [Self.closing])
        case .notOwnedByUser: self.init(.keystore, "the audit log belongs to another user")
        case .notAFile(let file):
            self.init(
                .keystore, "the keystore's audit/\(file) is no regular file",
                hints: ["look at it: coffer audit verify", unheard, leaving])
        case .cryptographyFailed:
            self.init(.internal, "the cryptographic library refused", hints: [unheard])
        case .damaged:
            self.init(
                .keystore, "the audit log is damaged, and no record can follow",
                hints: ["look at it: coffer audit verify", unheard, leaving])
        case .removed:
            self.init(.keystore, "the audit log was removed while in use", hints: [unheard])
        case .moved:
            self.init(
                .keystore, "the audit log was moved away while in use",
                hints: [
                    "'coffer key restore -f' does that; run this again with the keystore of now",
                    unheard,
                ])
        }
    }

    /// A call of the operating system on `subject` that failed.
    private init(_ error: SystemError, _ operation: String, of subject: String) {
        switch error {
        case .noSpace, .overQuota:
            self.init(.io, "no space left for \(subject)", hints: ["make room"])
        case .inputOutput: self.init(.io, "\(subject): \(operation) failed: \(error.phrase)")
        case .accessDenied, .notPermitted, .readOnly:
            self.init(
                .keystore, "\(subject): \(operation) failed: \(error.phrase)",
                hints: [Self.writing])
        default: self.init(.keystore, "\(subject): \(operation) failed: \(error.phrase)")
        }
    }

    private static func part(_ file: String) -> String {
        file == "." ? "the keystore's directory" : "the keystore's \(Escaped.text(file))"
    }
}
