import ArgumentParser
import Envelope
import FileIO
import KeyProviders

struct RecoveryTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Say whether a recovery key fits a recipient and opens containers.",
        discussion: """
            coffer recovery test home.tar.coffer
                asks for the secret on the sheet, and says whether it opens the container
            coffer recovery test --recipient sheet.pub
            coffer recovery test -i sheet.key backups/*.coffer

            Nothing is decrypted but the container's key. The exit code is 67 where the key does \
            not fit.
            """)

    @Argument(help: "Containers that it has to open.", completion: .file())
    var files: [String] = []

    @Option(
        name: [.customShort("i"), .long],
        help: ArgumentHelp(
            "A file with the secret; without it the secret is asked for.", valueName: "file"),
        completion: .file())
    var identity: String?

    @Option(
        help: ArgumentHelp(
            "A recipient, age1pq1…, or a file with one, that it has to fit.", valueName: "recipient"
        ), completion: .file())
    var recipient: String?

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        guard recipient != nil || !files.isEmpty else {
            throw Failure.usage(
                "nothing to test the recovery key against",
                "name containers, or a recipient with --recipient")
        }
        let keys = RecoveryKeys(console: console)
        let wanted = try recipient.map { try expected($0, keys) }
        let identity =
            if let identity { try keys.identity(try RecoveryKeys.path(identity)) } else {
                try keys.ask()
            }
        if let wanted { try compare(identity, wanted, console) }
        let inspection = Inspection(keys: [RecoveryKey(identity, name: "recovery key")])
        try Batch.run(files.map(InputSource.init(argument:)), name: \.name, console: console) {
            source in
            do {
                _ = try inspection.run(try source.open())
            } catch { throw Failure(explaining: error, file: source.name) }
            try console.result(
                .object([
                    ("verb", .text("recovery test")), ("file", source.name.json),
                    ("opens", .flag(true)),
                ]), text: "\(source.name.displayText): the recovery key opens it\n")
            return .done
        }
    }

    private func expected(
        _ text: String, _ keys: RecoveryKeys
    ) throws -> RecoveryRecipient {
        switch try KeyReference(argument: "recovery:" + text) {
        case .recovery(.recipient(let recipient)): return recipient
        case .recovery(.file(let path)): return try keys.load(path).recipient
        default: throw Failure.usage("--recipient names nothing")
        }
    }

    private func compare(
        _ identity: RecoveryIdentity, _ wanted: RecoveryRecipient, _ console: Console
    ) throws {
        guard identity.recipient == wanted else {
            throw Failure(
                .noKey,
                "the recovery key is another one: it belongs to \(identity.recipient.shortText)",
                hints: ["what was asked for is \(wanted.shortText)"])
        }
        try console.result(
            .object([
                ("verb", .text("recovery test")), ("recipient", .text(wanted.text)),
                ("fits", .flag(true)),
            ]), text: "the recovery key fits \(wanted.shortText)\n")
    }
}
