import CofferConfiguration
import FileIO
import KMSDomain
import KMSServer
import KMSService
import KeyProviders

extension Failure {
    /// Every error that a verb of this program can end with, in words.
    init(explaining error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as FileError: self.init(error)
        case let error as ConfigurationError: self.init(error)
        case let error as EmbeddedKeyServiceError: self.init(error)
        case let error as IdentityAdministration.Failure: self.init(error)
        case let error as SimulationError: self.init(error)
        case let error as RootOfTrustError: self.init(error)
        case let error as KeyServiceServer.Failure: self.init(error)
        default:
            self.init(
                .internal, "internal error: \(Escaped.text(String(describing: error)))",
                "please report this with the command and 'cofferd --version'")
        }
    }

    init(_ error: KeyServiceServer.Failure) {
        switch error {
        case .certificates(let detail):
            self.init(
                .configuration, "the certificates cannot be used: \(Escaped.text(detail))",
                "certificate and private key are PEM files, and belong together")
        case .cannotListen(let number):
            self.init(
                .unreachable,
                "cannot listen: \(SystemError(number).text)",
                "is another program there already? choose another address with --listen")
        }
    }

    init(_ error: ConfigurationError) {
        switch error {
        case .unreadable(let reason):
            self = Failure(.configuration, Failure(reason).message)
        case .wrong(let path, let problems):
            let places = problems.map { "\($0.position.line):\($0.position.column)" }
            self.init(
                .configuration,
                "'\(path.displayText)' has \(problems.count) problems, at "
                    + places.joined(separator: ", "),
                "'coffer config check' says what they are")
        case .noStateDirectory:
            self.init(
                .configuration, "there is no place for keys: HOME and COFFER_HOME are not set",
                "name it: --keystore DIRECTORY")
        case .relativeStateDirectory(let variable, let path):
            self.init(
                .configuration,
                "\(variable) is '\(path.displayText)', which depends on where cofferd is started",
                "set it to an absolute path")
        }
    }

    init(_ error: FileError) {
        switch error {
        case .cannotOpen(let name, let reason):
            self.init(.input, "cannot open \(name.displayText): \(reason.text)")
        case .isDirectory(let name): self.init(.input, "\(name.displayText) is a directory")
        case .notRegular(let name), .notSeekable(let name):
            self.init(.input, "\(name.displayText) is not a regular file")
        case .tooLarge(let name, let limit):
            self.init(.input, "\(name.displayText) is larger than \(limit) bytes")
        case .readFailed(let name, let reason):
            self.init(.io, "cannot read \(name.displayText): \(reason.text)")
        case .shrank(let name, _, _), .writeFailed(let name, _), .noSpace(let name):
            self.init(.io, "reading or writing \(name.displayText) failed")
        case .cannotCreate(let path, let reason):
            self.init(.output, "cannot create '\(path.displayText)': \(reason.text)")
        case .exists(let path):
            self.init(.output, "'\(path.displayText)' exists", "choose another name")
        case .sameFile(let path), .locked(let path), .changedMeanwhile(let path),
            .cannotKeepOwner(let path, _):
            self.init(.io, "'\(path.displayText)' is in use")
        case .brokenPipe: self.init(.io, "the reader of the output has gone")
        case .notOwner(let path, let owner):
            self.init(
                .configuration, "'\(path.displayText)' belongs to another user (uid \(owner))",
                "it has to belong to you or to root")
        case .loosePermissions(let path, let mode):
            self.init(
                .configuration,
                "'\(path.displayText)' is open to others (mode \(String(mode, radix: 8)))",
                "close it: chmod go= '\(path.displayText)'")
        case .noTerminal:
            self.init(
                .input, "there is no terminal to ask for the passphrase on",
                "name its file in COFFER_ROOT_PASSPHRASE_FILE")
        case .promptEnded: self.init(.input, "no passphrase was typed")
        }
    }
}
