import ArgumentParser
import ContainerFormat
import Envelope
import FileIO
import KeyProviders

struct DecryptCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decrypt",
        abstract: "Decrypt containers.",
        discussion: """
            coffer decrypt home.tar.coffer
                makes home.tar; of an archive the folder that was packed
            coffer decrypt photos.coffer -C restored
                makes the folder 'restored', which has its name when all of it is there
            coffer decrypt -o - photos.coffer | tar x
            coffer decrypt < shop.coffer | psql
                use 'set -o pipefail' to notice a container that was cut
            coffer decrypt --verify-first -o - shop.coffer | psql
                reads twice, and gives nothing to psql unless all of it is authentic
            coffer decrypt -k keyfile:backup.key -c tenant=blue big.sql.coffer
            coffer decrypt -R /backup/photos --output-dir restored

            Only keys that the command line, COFFER_KEYS or the configuration names are used: the \
            container chooses nothing. An archive is restored into a new folder that takes its place at \
            the end; --in-place restores into one that is there. What could not be restored is said, \
            with exit code 1. Standard output gets authentic bytes only, in order; an \
            incomplete stream ends with an exit code other than 0.

            Of several containers, and with -R, several are worked on at a time, a bad one keeps no \
            other from being done, and the exit code is then 1. A file that has the time of its \
            container is done already: run an interrupted command again, and it does what is missing. \
            Archives among them are restored after the files, each into its folder; a folder that has \
            all members, of their lengths and times, is done already.
            """,
        aliases: ["d"]
    ).verb

    @Argument(help: "Containers to decrypt; - for standard input.", completion: .file())
    var files: [String] = []

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var open: OpenOptions
    @OptionGroup var context: ContextOptions

    @Flag(help: "Check the whole container before the first byte is given out.")
    var verifyFirst = false

    @Flag(help: "Use the name that --store-name kept, beside the container.")
    var restoreName = false

    @Flag(help: "Set the time that --store-name kept instead of the container's.")
    var restoreMtime = false

    @OptionGroup var tree: TreeOptions
    @OptionGroup var many: ManyOutputOptions
    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp(
            "Restore the members of an archive to this folder.", valueName: "folder"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Restore into a folder that is there: its other files stay.")
    var inPlace = false

    @OptionGroup(title: "Archives") var restore: RestoreFlags
    @OptionGroup var output: OutputOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console(progress: progress.progress)
        let sources = try input.sources(files, verb: "decrypt")
        guard sources.count == 1 || output.explicitTarget?.isStandardOutput ?? true else {
            throw Failure.usage(
                "several containers and one output", "leave -o away: each loses its .coffer",
                "or use -o - to have one after the other")
        }
        guard !restoreName || output.output == nil else {
            throw Failure.usage("--restore-name and -o both name the output")
        }
        guard output.output == nil || (directory == nil && !inPlace) else {
            throw Failure.usage(
                "-o gives the archive as it is, -C and --in-place restore it", "use one of them")
        }
        guard sources.count == 1 || directory == nil || inPlace else {
            throw Failure.usage(
                "several archives and one new folder",
                "restore them one by one, or all into it with --in-place")
        }
        let isMany = try isMany(sources)
        let surroundings = try Surroundings.load()
        var options = try open.decryptionOptions(context, work, surroundings)
        let ring = try KeyRing(
            keys, passphrase, data: sources, console: console, surroundings: surroundings)
        if isMany { return try runMany(sources, ring, options, console) }
        if sources.count > 1 { options.openedBatches = OpenedBatches() }
        let decryption = Decryption(keys: try ring.openers(), options: options)
        try Batch.run(sources, name: \.name, console: console) { source in
            do {
                return try decrypt(source, decryption, options, console)
            } catch { throw ring.explain(error, file: source.name) }
        }
    }

    private func decrypt(
        _ source: InputSource, _ decryption: Decryption, _ options: DecryptionOptions,
        _ console: Console
    ) throws -> Batch.Outcome {
        let input = try source.open()
        if verifyFirst { try verify(input, decryption, console) }
        let display = ProgressDisplay(console, name: source.name.displayText)
        defer { display.finish() }
        let opened = try OpenedOutput(self, source, input)
        let folder = RestoredFolder(
            self, place: try OpenedOutput.target(self, source).path, console,
            workerCount: options.workerCount)
        let summary: DecryptionSummary
        do {
            summary = try decryption.run(input, progress: display.progress) { head in
                try folder.sink(head) ?? opened.file(head).map(PlaintextSink.file) ?? .nothing
            }
        } catch {
            folder.abandon()
            throw incomplete(error, source, opened, display.progress)
        }
        if let restored = try folder.finish() {
            display.finish()
            return try show(summary, source, restored, console)
        }
        try opened.commit(summary)
        display.finish()
        try show(summary, source, opened.target, console)
        return .done
    }

    private func verify(
        _ input: InputFile, _ decryption: Decryption, _ console: Console
    ) throws {
        guard case .regular = input.kind else {
            throw Failure.usage(
                "--verify-first reads twice, and \(input.name.displayText) comes once",
                "save it to a file first")
        }
        let display = ProgressDisplay(
            console, name: "verifying \(input.name.displayText)", isRehearsal: true)
        defer { display.finish() }
        _ = try decryption.run(input, to: nil, progress: display.progress)
    }

    /// Says so where a reader has got part of the plaintext already.
    private func incomplete(
        _ error: any Error, _ source: InputSource, _ opened: OpenedOutput, _ progress: Progress
    ) -> any Error {
        guard opened.target?.isStandardOutput == true, progress.bytesWritten > 0,
            !(error is UnlockFailure)
        else { return error }
        var failure = Failure(explaining: error, file: source.name)
        failure.hints.append(
            "the \(progress.bytesWritten) bytes on standard output are authentic and incomplete: "
                + "do not use them as the whole")
        return failure
    }

    private func show(
        _ summary: DecryptionSummary, _ source: InputSource, _ restored: RestoredFolder.Result,
        _ console: Console
    ) throws -> Batch.Outcome {
        let outcome = restored.conclude(console)
        console.detail(
            "\(source.name.displayText) to '\(restored.path.displayText)': "
                + "\(restored.report.memberCount) members, "
                + ByteCount.text(restored.report.byteCount))
        try console.result(
            .object(
                [
                    ("verb", .text("decrypt")), ("file", source.name.json),
                    ("output", .path(restored.path)),
                    ("plaintext_bytes", .number(summary.plaintextByteCount)),
                    ("container_bytes", .number(summary.containerByteCount)),
                    ("context", summary.context.json),
                ] + RestoreText.json(restored.report)), text: "")
        return outcome
    }

    private func show(
        _ summary: DecryptionSummary, _ source: InputSource, _ target: OutputOptions.Target?,
        _ console: Console
    ) throws {
        let name = target?.name ?? .standardOutput
        console.detail(
            "\(source.name.displayText) to \(name.displayText): "
                + "\(ByteCount.text(summary.plaintextByteCount))")
        try console.result(
            .object([
                ("verb", .text("decrypt")), ("file", source.name.json), ("output", name.json),
                ("plaintext_bytes", .number(summary.plaintextByteCount)),
                ("container_bytes", .number(summary.containerByteCount)),
                ("context", summary.context.json),
            ]), text: "", besideData: target?.isStandardOutput ?? false)
    }
}
