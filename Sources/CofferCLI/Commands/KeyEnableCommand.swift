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

    @Argument(help: "An alias, a key id or an ARN.", completion: .keyAlias)
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        try KeySession.change(key, "enable", outcome: "enabled", report) {
            (service, keyID, caller) throws(KMSServiceError) in
            try service.enableKey(EnableKeyRequest(keyID: keyID), caller: caller)
        }
    }
}
