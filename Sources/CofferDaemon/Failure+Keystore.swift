import FileIO
import KMSDomain
import KMSModel
import KMSService
import KeyProviders

/// The keystore, and what is kept in it.
extension Failure {
    private static let restoring = "restore a backup: cofferd restore FILE"

    init(_ error: EmbeddedKeyServiceError) {
        switch error {
        case .missing:
            self.init(.configuration, "there is no keystore here", "make one: cofferd init")
        case .alreadyExists:
            self.init(.output, "there is a keystore already", "serve it: cofferd serve")
        case .incomplete(let missing):
            self.init(
                .configuration,
                "the keystore is incomplete: \(missing.joined(separator: ", ")) missing",
                Self.restoring)
        case .looserPermissions(let file, let mode):
            self.init(
                .configuration,
                "the keystore's '\(Escaped.text(file))' is open to others (mode "
                    + "\(String(mode, radix: 8)))", "close it: chmod go=")
        case .notOwnedByUser(let file):
            self.init(
                .configuration, "the keystore's '\(Escaped.text(file))' belongs to another user",
                "run cofferd as its owner")
        case .wrongFileType(let file):
            self.init(
                .configuration, "the keystore's '\(Escaped.text(file))' is of another kind")
        case .cannotAccess(let file, let operation, let number):
            self.init(
                .configuration,
                "the keystore's '\(Escaped.text(file))': \(operation) failed: "
                    + SystemError(number).text)
        case .rootKeyDamaged:
            self.init(.configuration, "the root key file is damaged", Self.restoring)
        case .passphraseRequired:
            self.init(
                .configuration, "the keystore is sealed, and there is no passphrase",
                "name its file in COFFER_ROOT_PASSPHRASE_FILE")
        case .passphraseUnavailable(let error): self.init(error)
        case .wrongPassphrase:
            self.init(.configuration, "this is not the keystore's passphrase")
        case .rootKeyOfAnotherKeystore:
            self.init(
                .configuration, "root key and keys belong to two keystores", Self.restoring)
        case .rootOnToken(let uri):
            self.init(
                .configuration, "the keystore's root is on a token: \(Escaped.text(uri))")
        case .token(let uri, let error): self.init(error, rootOn: Escaped.text(uri))
        case .otherToken(let uri, let expected, let found):
            self.init(
                .configuration,
                "'\(Escaped.text(uri))' is not the keystore's root: serial and id are "
                    + "\(Escaped.text(found)), and have to be \(Escaped.text(expected))",
                "bring the token with that serial, or restore a backup")
        case .configurationNotTrusted(let error): self.init(error)
        case .rootStaysOnToken(let uri):
            self.init(
                .usage, "the keys of this backup are in a token: \(Escaped.text(uri))")
        case .store(let error): self.init(error)
        case .audit(let error): self.init(error)
        case .service(let error): self.init(error)
        case .cryptographyFailed: self.init(.internal, "the cryptographic library refused")
        case .notABackup: self.init(.input, "this container holds no backup of a keystore")
        case .backupVersionUnsupported(let version):
            self.init(
                .input, "backup version \(version) is newer than this program",
                "install a newer cofferd")
        case .backupTruncated: self.init(.damaged, "the backup is cut short")
        case .backupDamaged: self.init(.damaged, "the backup is damaged")
        }
    }

    init(_ error: KeyStoreError) {
        switch error {
        case .rootMoved:
            self.init(
                .configuration, "the keystore was moved to another root while this had it open",
                "run it again")
        case .missing: self.init(EmbeddedKeyServiceError.missing)
        case .looserPermissions(let mode):
            self.init(
                .configuration, "keys.sqlite is open to others (mode \(String(mode, radix: 8)))",
                "close it: chmod go=")
        case .notOwnedByUser: self.init(.configuration, "keys.sqlite belongs to another user")
        case .notAFile: self.init(.configuration, "keys.sqlite is no regular file")
        case .locked: self.init(.unreachable, "the keystore is busy", "try again")
        case .newerSchema(let found, let supported):
            self.init(
                .configuration,
                "the keystore is of schema \(found), and this program knows up to \(supported)",
                "install a newer cofferd; nothing was changed")
        case .damaged(let detail):
            self.init(
                .configuration, "the keystore is damaged: \(Escaped.text(detail))",
                Self.restoring)
        case .textWithNUL: self.init(.usage, "a name contains the character U+0000")
        case .noSpace: self.init(.io, "no space left for the keystore")
        case .notWritable(let file, let number):
            self.init(
                .configuration,
                "the keystore's '\(Escaped.text(file))' cannot be written: "
                    + SystemError(number).text)
        case .readOnly, .cannotOpen:
            self.init(.configuration, "keys.sqlite cannot be opened and written")
        case .inputOutput(let code):
            self.init(.io, "reading or writing keys.sqlite failed (SQLite: \(code))")
        case .cannotAccess(let operation, let number):
            self.init(
                .configuration, "keys.sqlite: \(operation) failed: \(SystemError(number).text)")
        case .failed(let code, let detail):
            self.init(
                .configuration,
                "keys.sqlite: SQLite failed with code \(code): \(Escaped.text(detail))")
        }
    }

    init(_ error: AuditError) {
        let looking = "look at it: cofferd audit verify"
        switch error {
        case .cannotAccess(let operation, let number):
            self.init(.io, "the audit log: \(operation) failed: \(SystemError(number).text)")
        case .looserPermissions(let mode):
            self.init(
                .configuration,
                "the audit log is open to others (mode \(String(mode, radix: 8)))")
        case .notOwnedByUser: self.init(.configuration, "the audit log belongs to another user")
        case .notAFile(let file):
            self.init(.configuration, "audit/\(Escaped.text(file)) is no regular file", looking)
        case .cryptographyFailed: self.init(.internal, "the cryptographic library refused")
        case .damaged:
            self.init(
                .configuration, "the audit log is damaged, and no record can follow", looking)
        case .removed, .moved:
            self.init(.configuration, "the audit log was taken away while in use", looking)
        }
    }

    init(_ error: KMSServiceError) {
        switch error {
        case .refused(let error):
            self.init(.denied, Escaped.text(error.message ?? error.exceptionName))
        case .store(let error): self.init(error)
        case .audit(let error): self.init(error)
        case .backend(.rootOfTrust(let error)): self.init(error)
        case .backend(.materialNotAuthentic):
            self.init(
                .configuration, "key material in the keystore is damaged", Self.restoring)
        case .backend(.keyStoreUnavailable(let detail)):
            self.init(.unreachable, "the key's store cannot be used: \(Escaped.text(detail))")
        case .backend: self.init(.internal, "the cryptographic library refused")
        case .hasToWait: self.init(.internal, "a call that may wait was not let wait")
        }
    }

    init(_ error: RootOfTrustError) {
        switch error {
        case .unavailable(let detail):
            self.init(
                .unreachable, "the keystore's root cannot be used: \(Escaped.text(detail))")
        case .lost:
            self.init(
                .unreachable, "coffer-agent, which led to the root's token, has ended",
                "start cofferd again")
        }
    }

    init(_ error: SimulationError) {
        switch error {
        case .unknownPrincipal(let name):
            self.init(
                .input, "there is no '\(Escaped.argument(name))'",
                "see what there is: cofferd user list")
        case .unknownAction(let action):
            self.init(
                .usage, "'\(Escaped.argument(action))' is nothing that is done here",
                "as policies name it: kms:Decrypt, kms:GenerateDataKey, kms:ReEncryptFrom")
        case .malformedConditionKey(let name):
            self.init(
                .usage, "'\(Escaped.argument(name))' is no condition key",
                "as policies name it: aws:SourceIp, kms:ViaService")
        case .store(let error): self.init(error)
        }
    }

    init(_ error: IdentityAdministration.Failure) {
        switch error {
        case .alreadyExists: self.init(.output, "there is one of this name already")
        case .noSuchAccount:
            self.init(
                .input, "there is no such account", "see what there is: cofferd user list",
                "make it: cofferd user create-account ID")
        case .noSuchIdentity:
            self.init(
                .input, "there is no such user or role", "see what there is: cofferd user list")
        case .noSuchPolicy:
            self.init(
                .input, "there is no such policy", "see what there is: cofferd policy list NAME")
        case .noSuchAccessKey: self.init(.input, "there is no such access key")
        case .malformedAccountID: self.init(.usage, "an account is of twelve digits")
        case .malformedName:
            self.init(.usage, "a name is of 1 to 64 letters, digits and +=,.@_-")
        case .tooManyAccessKeys:
            self.init(
                .denied,
                "there are \(IdentityAdministration.accessKeysPerPrincipal) access keys already",
                "delete one first: cofferd user delete-key ID")
        case .notARole: self.init(.usage, "only a role has a trust policy")
        case .sessionTooLong: self.init(.usage, "a session is of 900 to 43200 seconds")
        case .policy(let error):
            self.init(.input, "the policy: \(Escaped.text(error.clientMessage))")
        case .service(let error): self.init(error)
        }
    }
}
