import ArgumentParser
import KeyProviders

struct KeyDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep a key from encrypting and decrypting, for the time being.",
        discussion: """
            coffer key disable alias/backup
            """)

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        try KeySession.change(key, "disable", outcome: "disabled", report, service) {
            (service, keyID) throws(KeyAdministrationError) in try service.disable(keyID)
        }
    }
}
