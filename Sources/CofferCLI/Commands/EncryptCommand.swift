import ArgumentParser
import CofferConfiguration
import Envelope
import FileIO
import KeyProviders

struct EncryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encrypt",
        abstract: "Encrypt files or standard input.",
        discussion: """
            coffer encrypt home.tar
                makes home.tar.coffer with the embedded key service's alias/default
            pg_dump shop | coffer encrypt > shop.coffer
            coffer encrypt photos
                makes photos.coffer, an archive with owners, modes, times, ACLs and attributes
            coffer encrypt photos letters notes.txt -o home.coffer --exclude '*.tmp'
            coffer encrypt -k passphrase: letter.pdf
            coffer encrypt -k alias/blue -k alias/far --min-wraps 1 big.sql
            coffer encrypt home.tar -k alias/default -k recovery:sheet.pub
            coffer encrypt home.tar --group officers:2 keyfile:a keyfile:b recovery:c.pub
                any two of the three together open it
            coffer encrypt -19 -T4 -c tenant=blue -k alias/blue -k keyfile:escrow.key big.sql
            find . -name '*.sql' -print0 | coffer encrypt --files-from - -0
            coffer encrypt -R photos --output-dir /backup --update
                a container of each file below photos that is new or has changed
            find . -newer last -print0 | coffer encrypt --files-from - -0 -o changed.coffer

            Each FILE becomes FILE.coffer with the same mode and time; with no FILE standard input \
            goes to standard output. A directory becomes an archive, and so do several names with -o. \
            Links are kept as links; a file that changes while it is read is said, with exit code 1. \
            Owners' names are those of /etc/passwd and /etc/group. Compressed lengths tell something \
            of the content: use --compress none where that matters.

            Of several files, and with -R, several are worked on at a time, a bad one keeps no other \
            from being done, and the exit code is then 1. A container that is whole and has the time of \
            its file is done already: run an interrupted command again, and it does what is missing. \
            Outputs appear when they are on the disk, thousands at a time. Keys of services are asked \
            once for a batch of 65,536 files, each of which has a data key of its own: whoever may use \
            the key for one of them can open all. With --no-batch it is asked for each file.
            """,
        aliases: ["e"]
    ).verb

    @Argument(help: "Files and directories to encrypt; - for standard input.", completion: .file())
    var files: [String] = []

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var groups: GroupOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions

    @OptionGroup var recipientOptions: RecipientOptions
    @OptionGroup var seal: SealOptions
    @OptionGroup var context: ContextOptions

    @Flag(help: "Keep the file's name and time inside the container.")
    var storeName = false

    @OptionGroup(title: "Archives") var archive: ArchiveOptions

    @Flag(
        name: [.customShort("R"), .long],
        help: ArgumentHelp(
            "A container of every file below the directories; links are not followed, other file "
                + "systems not entered."))
    var recursive = false

    @Flag(help: "Ask the key's service for every file, not once for a batch of them.")
    var noBatch = false

    @OptionGroup var many: ManyOutputOptions
    @OptionGroup var commit: CommitOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console(progress: progress.progress)
        let sources = try input.sources(files, verb: "encrypt")
        // Where nothing else is said, a directory among files is an archive of its own.
        let folders =
            many.isAsked(recursive: recursive)
            ? [] : Set(sources.compactMap(\.path).filter(\.isDirectory))
        let isMany =
            try many.isWanted(sources, recursive: recursive, output: output) && folders.isEmpty
        let isOneArchive = try isOneArchive(sources)
        let surroundings = try Surroundings.load()
        let defaults = surroundings.settings.defaults
        var options = try seal.encryptionOptions(defaults)
        options.engine = try AESEngine.chosen(surroundings.environment)
        options.context = try context.parsed
        options.workerCount = try work.workerCount(byDefault: defaults.threadCount)
        options.producer = try commit.producer(sources)
        options.forgetsRecipients = isOneArchive || sources.count == 1 && !isMany
        options.leastWrapCount = try recipientOptions.leastWrapCount
        for source in sources { try target(source).refuseTerminal(isArmored: options.armor) }
        let ring = try KeyRing(
            keys, passphrase, groups: groups, data: sources, console: console,
            surroundings: surroundings)
        let recipients = try ring.recipients(mixingPassphrase: recipientOptions.mixPassphrase)
        if defaults.givesOfflineAdvice, !recipientOptions.isAdviceUnwanted {
            OfflineAdvice.give(recipients, ring.local, console)
        }
        if isMany { return try runMany(sources, recipients, options, console) }
        if isOneArchive {
            let outcome = try encryptArchive(try roots(sources), recipients, options, console)
            return try outcome.conclude()
        }
        try Batch.run(sources, name: \.name, console: console) { source in
            if case .path(let path) = source, folders.contains(path) {
                let root = MemberWalk.Root(path, isRecursive: true)
                return try encryptArchive([root], recipients, options, console)
            }
            return try encrypt(source, recipients, options, console)
        }
    }

    private func encrypt(
        _ source: InputSource, _ recipients: [any KeyProvider], _ given: EncryptionOptions,
        _ console: Console
    ) throws -> Batch.Outcome {
        guard !archive.isAskedFor else {
            throw Failure.usage(
                "\(source.name.displayText) is no directory: "
                    + "--exclude and --one-file-system are for archives")
        }
        let target = target(source)
        let input = try source.open()
        var options = given
        if storeName { options.metadata = try Self.metadata(input) }
        let file = try output.open(target, inputs: [input.identity])
        let display = ProgressDisplay(console, name: source.name.displayText)
        defer { display.finish() }
        let summary = try Encryption(recipients: recipients, options: options)
            .run(input, to: file, progress: display.progress)
        let keepsStatus = source != .standardInput && input.isRegularFile
        try file.commit(
            mode: keepsStatus ? input.mode : nil,
            modificationNanoseconds: keepsStatus ? input.modificationNanoseconds : nil)
        display.finish()
        return try SealReport(verb: "encrypt", source: source.name, target: target.name, summary)
            .show(console, besideData: target.isStandardOutput)
    }

    private func target(_ source: InputSource) -> OutputOptions.Target {
        if let target = output.explicitTarget { return target }
        return switch source {
        case .path(let path): .path(path.appending(suffix: ".coffer"))
        case .standardInput: .standardOutput(isExplicit: false)
        }
    }
}
