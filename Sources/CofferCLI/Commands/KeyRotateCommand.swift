import ArgumentParser
import KeyProviders

struct KeyRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a key new material; what was encrypted before still opens.",
        discussion: """
            coffer key rotate alias/default

            New containers use the new material. To have old containers use it too:
            coffer rewrap --remove-key and --add-key of the same key, or coffer
            reencrypt.
            """)

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        try KeySession.change(key, "rotate", outcome: "rotated", report, service) {
            (service, keyID) throws(KeyAdministrationError) in try service.rotate(keyID)
        }
    }
}
