import ArgumentParser
import FileIO
import KeyProviders

struct RecoveryShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the recipient that belongs to a recovery key.",
        discussion: """
            coffer recovery show sheet.key > sheet.pub
            coffer recovery show > sheet.pub
                asks for the secret on the sheet
            """)

    @Argument(
        help: "A file with the secret or the recipient; without it the secret is asked for.",
        completion: .file())
    var file: String?

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let keys = RecoveryKeys(console: console)
        let recipient =
            if let file {
                try keys.load(try RecoveryKeys.path(file)).recipient
            } else { try keys.ask().recipient }
        try console.result(
            .object([("verb", .text("recovery show")), ("recipient", .text(recipient.text))]),
            text: recipient.text + "\n")
    }
}
