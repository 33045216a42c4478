import ArgumentParser
import KMSModel
import KMSService

struct KeyScheduleDeletionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule-deletion",
        abstract: "Destroy a key after a time of waiting.",
        discussion: """
            coffer key schedule-deletion alias/old --days 7

            From now on the key does nothing; after the wait its material is destroyed,
            and what only this key opens is lost for ever. 'coffer key cancel-deletion'
            calls it off until then. Backups made before still hold the key.
            """)

    @Argument(help: "An alias, a key id or an ARN.", completion: .keyAlias)
    var key: String

    @Option(help: ArgumentHelp("How long to wait, 7 to 30 days.", valueName: "n"))
    var days = 30

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let found = try session.key(key)
        let done = try session.call(key) { (service, caller) throws(KMSServiceError) in
            try service.scheduleKeyDeletion(
                ScheduleKeyDeletionRequest(keyID: found.keyID, pendingWindowInDays: days),
                caller: caller)
        }
        try session.report(
            "schedule-deletion", try session.key(found.keyID).json,
            text: "\(found.keyID)  to be deleted on \(KeyMetadata.date(done.deletionDate))")
    }
}
