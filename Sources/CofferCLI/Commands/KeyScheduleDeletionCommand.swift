import ArgumentParser
import FileIO
import KMSModel
import KeyProviders

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

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @Option(help: ArgumentHelp("How long to wait, 7 to 30 days.", valueName: "n"))
    var days = 30

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report, service, key: key)
        let keyID = try session.key(key).keyID
        let days = days
        let changed = try session.call(key) { (service) throws(KeyAdministrationError) in
            try service.scheduleDeletion(keyID, days: days)
            return try service.describe(keyID)
        }
        let date = changed.deletionDate.map { "on \(KeyMetadata.date($0))" } ?? "in \(days) days"
        try session.report(
            "schedule-deletion", changed.json,
            text: "\(Escaped.text(keyID))  to be deleted \(date)")
    }
}
