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

    @Argument(help: "An alias, a key id or an ARN.")
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let found = try session.key(key)
        try session.call(key) { (service, caller) throws(KMSServiceError) in
            _ = try service.cancelKeyDeletion(
                CancelKeyDeletionRequest(keyID: found.keyID), caller: caller)
        }
        try session.report(
            "cancel-deletion", try session.key(found.keyID).json,
            text: "\(found.keyID)  disabled, not to be deleted")
    }
}
