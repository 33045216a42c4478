import ArgumentParser
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO
import FrameSealing
import KeyProviders

struct ReencryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reencrypt",
        abstract: "Replace containers by new ones with a new data key.",
        discussion: """
            coffer reencrypt home.tar.coffer
                same recipients, new data key; every recipient's key has to be here
            coffer reencrypt home.tar.coffer -k alias/new -k keyfile:escrow.key
                only these can open it from now on
            coffer reencrypt home.tar.coffer -k alias/new --old-key keyfile:old.key

            Old keys that are not among the recipients do not open the new container; copies of the \
            old one open as before. The file is replaced when the new one is whole; context and \
            metadata are kept, and so are chunk size, compression and padding where no option says \
            otherwise.
            """
    ).verb

    @Argument(help: "Containers in files.", completion: .file())
    var files: [String] = []

    @OptionGroup(title: "Keys to encrypt to") var keys: KeyOptions
    @OptionGroup(title: "Keys to encrypt to") var groups: GroupOptions

    @Option(
        help: ArgumentHelp(
            "A key that opens the old container, beside -k and this machine's.", valueName: "uri"),
        completion: .keyReference)
    var oldKey: [String] = []

    @Flag(help: "Allow a passphrase beside other recipients.")
    var mixPassphrase = false

    @OptionGroup(title: "Keys that open the old container") var passphrase: PassphraseOptions
    @OptionGroup var newPassphrase: NewPassphraseOptions
    @OptionGroup var seal: SealOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console(progress: progress.progress)
        let paths = try input.paths(files)
        guard !paths.isEmpty else {
            throw Failure.usage("no container to reencrypt", "coffer reencrypt FILE")
        }
        let surroundings = try Surroundings.load()
        let workers = try work.workerCount(byDefault: surroundings.settings.defaults.threadCount)
        let engine = try AESEngine.chosen(surroundings.environment)
        let named = try keys.references(surroundings, groups: groups)
        let isNamed =
            !keys.key.isEmpty || !keys.keysFile.isEmpty || !keys.keySet.isEmpty
            || !groups.group.isEmpty
        let newSource = try newPassphrase.source
        let old = try oldKey.map { try KeyReference(argument: $0) }
        // A key file among the new recipients may well be an old one; a new passphrase is not.
        let opening = KeyRing(
            (old + named.filter { !isNamed || $0 != .passphrase }).uniqued,
            passphrase: try passphrase.source, newPassphrase: nil, surroundings: surroundings,
            console: console)
        let openers = try opening.allOpeners()
        let recipients =
            isNamed
            ? try KeyRing(
                named, passphrase: nil, newPassphrase: newSource, surroundings: surroundings,
                console: console
            ).recipients(mixingPassphrase: mixPassphrase) : nil
        try Batch.run(paths, name: FileName.path, console: console) { path in
            do {
                return try reencrypt(
                    path, openers, recipients, opening, (workers, engine), console)
            } catch { throw opening.explain(error, file: .path(path)) }
        }
    }

    private func reencrypt(
        _ path: FilePath, _ openers: [any KeyProvider], _ recipients: [any KeyProvider]?,
        _ ring: KeyRing, _ means: (workers: Int, engine: ChunkCipherEngine),
        _ console: Console
    ) throws -> Batch.Outcome {
        // Keeps a rewrap of the same file away until the new one is in place.
        let update = try HeaderUpdate(path: path)
        let old = try Inspection().run(update.input)
        var options = EncryptionOptions.like(old)
        try seal.apply(to: &options)
        options.workerCount = means.workers
        options.engine = means.engine
        let recipients = try recipients ?? SameRecipients(openers, ring.local).of(old.stanzas)
        let display = ProgressDisplay(console, name: "'\(path.displayText)'")
        defer { display.finish() }
        let summary = try FileReencryption(
            openers: openers, recipients: recipients, options: options
        ).run(path, update, progress: display.progress)
        display.finish()
        return try SealReport(
            verb: "reencrypt", source: .path(path), target: .path(path), summary
        ).show(console, besideData: false)
    }
}

extension EncryptionOptions {
    /// As the old container was made, as far as that can be seen.
    static func like(_ old: InspectionReport) -> EncryptionOptions {
        var options = EncryptionOptions()
        options.armor = old.isArmored
        options.chunkSizeExponent = old.preamble.chunkSizeExponent
        if !old.preamble.flags.contains(.zstdAllowed) { options.compression = .none }
        if old.preamble.flags.contains(.padding) { options.padding = .padme }
        return options
    }
}
