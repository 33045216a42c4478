import ArgumentParser
import KMSModel
import KMSService

struct KeyEnableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Make a disabled key work again.",
        discussion: """
            coffer key enable alias/backup
            """)

    @Argument(help: "An alias, a key id or an ARN.")
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let found = try session.key(key)
        try session.call(key) { (service, caller) throws(KMSServiceError) in
            try service.enableKey(EnableKeyRequest(keyID: found.keyID), caller: caller)
        }
        try session.report(
            "enable", try session.key(found.keyID).json, text: "\(found.keyID)  enabled")
    }
}
