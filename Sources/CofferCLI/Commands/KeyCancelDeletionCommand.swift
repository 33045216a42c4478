import ArgumentParser
import KeyProviders

struct KeyCancelDeletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel-deletion",
        abstract: "Call off a scheduled deletion; the key is disabled afterwards.",
        discussion: """
            coffer key cancel-deletion 1234abcd-12ab-34cd-56ef-1234567890ab
            coffer key enable 1234abcd-12ab-34cd-56ef-1234567890ab
            """)

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let outcome = "disabled, not to be deleted"
        try KeySession.change(key, "cancel-deletion", outcome: outcome, report, service) {
            (service, keyID) throws(KeyAdministrationError) in try service.cancelDeletion(keyID)
        }
    }
}
