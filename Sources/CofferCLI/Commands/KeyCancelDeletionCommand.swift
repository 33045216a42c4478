import ArgumentParser
import KMSModel
import KMSService

struct KeyCancelDeletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel-deletion",
        abstract: "Call off a scheduled deletion; the key is disabled afterwards.",
        discussion: """
            coffer key cancel-deletion 1234abcd-12ab-34cd-56ef-1234567890ab
            coffer key enable 1234abcd-12ab-34cd-56ef-1234567890ab
            """)

    @Argument(help: "An alias, a key id or an ARN.", completion: .keyAlias)
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        let outcome = "disabled, not to be deleted"
        try KeySession.change(key, "cancel-deletion", outcome: outcome, report) {
            (service, keyID, caller) throws(KMSServiceError) in
            _ = try service.cancelKeyDeletion(
                CancelKeyDeletionRequest(keyID: keyID), caller: caller)
        }
    }
}
