import ArgumentParser
import CofferConfiguration
import ContainerFormat
import Envelope
import FileIO
import KeyProviders

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check containers; nothing is written.",
        discussion: """
            coffer verify home.tar.coffer
                decrypts all of it and throws it away
            coffer verify -R /backups
                every container below it, several at a time
            coffer verify --structure *.coffer
                needs no key: finds cuts and appended bytes, authenticates nothing
            coffer verify --each-key home.tar.coffer
                a restore drill: every recipient whose key is here has to open it
            coffer verify --each-member photos.coffer
                reads every member, and compares the index of 'coffer list' with them
            ssh host cat shop.coffer | coffer verify -k keyfile:backup.key

            Several containers are checked in no particular order; a bad one keeps no other from being \
            checked, and the exit code is 1.
            """
    ).verb

    @Argument(help: "Containers to check; - for standard input.", completion: .file())
    var files: [String] = []

    @OptionGroup var tree: TreeOptions

    @Flag(help: "Check only lengths and order, without a key.")
    var structure = false

    @Flag(help: "Open it with each recipient whose key is here, one by one.")
    var eachKey = false

    @Flag(help: "Read each member of an archive and compare the member index with it.")
    var eachMember = false

    @Flag(help: "With --each-key: a recipient that cannot be tried is a failure too.")
    var all = false

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var open: OpenOptions
    @OptionGroup var context: ContextOptions
    @OptionGroup var input: InputOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var progress: ProgressOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console(progress: progress.progress)
        let sources = try input.sources(files, verb: "verify")
        guard [structure, eachKey, eachMember].count(where: \.self) < 2 else {
            throw Failure.usage("--structure, --each-key and --each-member exclude each other")
        }
        guard eachKey || !all else {
            throw Failure.usage("--all says more about --each-key", "add --each-key")
        }
        let surroundings = try Surroundings.load()
        let workerCount = try work.workerCount(
            byDefault: surroundings.settings.defaults.threadCount)
        if structure {
            return try each(sources, console, workerCount: workerCount) { source, console in
                try checkStructure(source, console)
                return 0
            }
        }
        let ring = try KeyRing(
            keys, passphrase, data: sources, console: console, surroundings: surroundings)
        var options = try open.decryptionOptions(context, work, surroundings)
        options.openedBatches = OpenedBatches()
        if try isMany(sources) { options.lanes = FileLanes() }
        if eachKey {
            let drill = KeyDrill(keys: try ring.allOpeners(), options: options)
            return try each(
                sources, console, workerCount: workerCount, explain: ring.explain
            ) { source, console in try self.drill(source, drill, ring, console) }
        }
        let decryption = Decryption(keys: try ring.openers(), options: options)
        try each(
            sources, console, workerCount: workerCount, explain: ring.explain
        ) { source, console in try verify(source, decryption, console) }
    }

    private func verify(
        _ source: InputSource, _ decryption: Decryption, _ console: Console
    ) throws -> UInt64 {
        let display = ProgressDisplay(console, name: source.name.displayText)
        defer { display.finish() }
        let check = MemberCheck()
        let summary: DecryptionSummary
        do {
            summary = try decryption.run(
                try source.open(holdingSmall: true), progress: display.progress
            ) { head in
                guard eachMember else { return .nothing }
                guard head.metadata?.isArchive == true else {
                    throw EnvelopeError.notAnArchive(source.name)
                }
                return .consumer(check)
            }
        } catch {
            check.abandon()
            throw error
        }
        let memberCount = eachMember ? try check.finish() : nil
        display.finish()
        try console.result(
            .object(
                [
                    ("verb", .text("verify")), ("file", source.name.json),
                    ("verified", .flag(true)),
                    ("plaintext_bytes", .number(summary.plaintextByteCount)),
                    ("container_bytes", .number(summary.containerByteCount)),
                    ("context", summary.context.json),
                    ("members", .optional(memberCount)),
                ].filter { memberCount != nil || $0.0 != "members" }),
            text: console.isQuiet
                ? ""
                : "\(source.name.displayText): verified, "
                    + "\(ByteCount.text(summary.plaintextByteCount))"
                    + (memberCount.map { ", \($0) members" } ?? "") + "\n")
        return summary.plaintextByteCount
    }

    private func drill(
        _ source: InputSource, _ drill: KeyDrill, _ ring: KeyRing, _ console: Console
    ) throws -> UInt64 {
        let display = ProgressDisplay(console, name: source.name.displayText)
        defer { display.finish() }
        let done = try drill.run(try source.open(holdingSmall: true), progress: display.progress)
        display.finish()
        let report = DrillReport(
            source.name, done, hasNoPassphrase: ring.passphraseFailure != nil)
        try console.result(report.json, text: console.isQuiet ? "" : report.text)
        try report.conclude(demandingAll: all)
        return done.summary.plaintextByteCount
    }

    private func checkStructure(_ source: InputSource, _ console: Console) throws {
        let display = ProgressDisplay(console, name: source.name.displayText)
        defer { display.finish() }
        let found = try StructureCheck().run(
            try source.open(holdingSmall: true), progress: display.progress)
        display.finish()
        try console.result(
            .object([
                ("verb", .text("verify")), ("file", source.name.json),
                ("verified", .flag(false)), ("structure", .flag(true)),
                ("header_bytes", .number(found.headerByteCount)),
                ("payload_bytes", .number(found.payloadByteCount)),
                ("chunks", .number(found.chunkCount)),
                ("compressed_chunks", .number(found.compressedChunkCount)),
            ]),
            text: console.isQuiet
                ? ""
                : "\(source.name.displayText): whole in structure, \(found.chunkCount) chunks, "
                    + "UNVERIFIED: no key was used\n")
    }
}
