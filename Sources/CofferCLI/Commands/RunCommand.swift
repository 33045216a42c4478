import ArgumentParser
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO
import KeyProviders

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Encrypt what a command writes, if it ends well.",
        discussion: """
            coffer run -o shop.coffer -- pg_dump shop
                shop.coffer appears when pg_dump has ended with 0, and not otherwise
            coffer run -- tar c photos | ssh backup 'cat > photos.tar.coffer'
                a tar that fails leaves a container without its end, which every reader refuses
            coffer run -o mail.coffer -- sh -c 'ssh mail tar c /var/mail | zstd'

            COMMAND has standard input, standard error and the terminal. Its exit code is passed on: \
            128 and the signal's number where a signal ended it, 127 where there is no such command, \
            126 where it cannot be run. 125 means that coffer itself failed; --json then says how. \
            COMMAND is killed by SIGPIPE when what it writes cannot be kept.
            """
    ).verb

    /// What ends with it has failed by itself, and not because of the command.
    static let ownFailureExitCode: Int32 = 125

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var groups: GroupOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var recipients: RecipientOptions
    @OptionGroup var seal: SealOptions
    @OptionGroup var context: ContextOptions

    @Option(
        help: ArgumentHelp(
            "How long another process may keep COMMAND's output open after its end, in seconds; "
                + "then it is not known to be whole.",
            valueName: "seconds"))
    var drain = 10

    @OptionGroup var output: OutputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var report: ReportOptions

    @Argument(
        parsing: .postTerminator, help: "The command, after --.",
        completion: .shellCommand("compgen -c"))
    var command: [String] = []

    func run() throws {
        let console = report.console(progress: progress.progress)
        do {
            try encrypt(console)
        } catch let status as ExitStatus {
            throw status
        } catch {
            var failure = Failure(explaining: error)
            if failure.code == .brokenPipe {
                // The command may have ended well: somebody has to be told.
                failure = Failure(.io, "the reader of standard output has gone")
            }
            console.report(failure)
            throw ExitStatus(code: failure.exitCode ?? Self.ownFailureExitCode)
        }
    }

    private func encrypt(_ console: Console) throws {
        guard !command.isEmpty else {
            throw Failure.usage("no command to run", "coffer run -o FILE -- COMMAND ARGUMENT…")
        }
        guard (0...86400).contains(drain) else {
            throw Failure.usage("--drain \(drain)", "use 0 to 86400 seconds")
        }
        let target = output.explicitTarget ?? .standardOutput(isExplicit: false)
        try target.refuseTerminal(isArmored: seal.armor)
        let surroundings = try Surroundings.load()
        let defaults = surroundings.settings.defaults
        var options = try seal.encryptionOptions(defaults)
        options.engine = try AESEngine.chosen(surroundings.environment)
        options.context = try context.parsed
        options.workerCount = try work.workerCount(byDefault: defaults.threadCount)
        options.forgetsRecipients = true
        options.leastWrapCount = try recipients.leastWrapCount
        let ring = try KeyRing(
            keys, passphrase, groups: groups, data: [], console: console,
            surroundings: surroundings)
        let providers = try ring.recipients(mixingPassphrase: recipients.mixPassphrase)
        if defaults.givesOfflineAdvice, !recipients.isAdviceUnwanted {
            OfflineAdvice.give(providers, ring.local, console)
        }
        keepSecretDescriptors()
        let producer = CommandProducer(
            try PipedProgram(command.map(FilePath.init(argument:))), patienceSeconds: drain)
        options.producer = producer
        let file = try output.open(target, inputs: [])
        try CommandRun(
            producer: producer, encryption: Encryption(recipients: providers, options: options),
            target: target, console: console
        ).run(to: file)
    }

    /// A passphrase or key that came by a descriptor is none of the command's business.
    private func keepSecretDescriptors() {
        var paths = keys.keysFile.map(FilePath.init(argument:))
        if let file = passphrase.passphraseFile { paths.append(FilePath(argument: file)) }
        for key in keys.key {
            if let path = key.firstIndex(of: ":").map({ key[key.index(after: $0)...] }) {
                paths.append(FilePath(argument: String(path.prefix { $0 != "#" })))
            }
        }
        let numbers =
            [passphrase.passphraseFd, passphrase.pinFd].compactMap(\.self)
            + paths.compactMap(PrivateDescriptors.number)
        for number in numbers where number > 2 { PrivateDescriptors.keep(number) }
    }
}
