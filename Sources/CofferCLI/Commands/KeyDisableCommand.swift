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

    @Argument(help: "An alias, a key id or an ARN.")
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let found = try session.key(key)
        try session.call(key) { (service, caller) throws(KMSServiceError) in
            try service.disableKey(DisableKeyRequest(keyID: found.keyID), caller: caller)
        }
        try session.report(
            "disable", try session.key(found.keyID).json, text: "\(found.keyID)  disabled")
    }
}
