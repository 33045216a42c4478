import ArgumentParser
import KMSModel
import KMSService

struct KeyDisableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep a key from encrypting and decrypting, for the time being.",
        discussion: """
            coffer key disable alias/backup
            """)

    @Argument(help: "An alias, a key id or an ARN.", completion: .keyAlias)
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        try KeySession.change(key, "disable", outcome: "disabled", report) {
            (service, keyID, caller) throws(KMSServiceError) in
            try service.disableKey(DisableKeyRequest(keyID: keyID), caller: caller)
        }
    }
}
