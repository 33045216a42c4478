import ArgumentParser
import KeyProviders

struct KeyEnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Make a disabled key work again.",
        discussion: """
            coffer key enable alias/backup
            """)

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        try KeySession.change(key, "enable", outcome: "enabled", report, service) {
            (service, keyID) throws(KeyAdministrationError) in try service.enable(keyID)
        }
    }
}
