import ArgumentParser
import FileIO
import KMSModel
import KeyProviders

struct KeyAliasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "Give a key a name, point a name at another key, or remove it.",
        discussion: """
            coffer key alias alias/backup 1234abcd-12ab-34cd-56ef-1234567890ab
            coffer key alias alias/backup alias/newer
                from now on alias/backup is the key that alias/newer is
            coffer key alias --delete alias/backup

            Containers name keys, not aliases: those made before open with the key they
            were made with.
            """)

    @Argument(help: "The alias, alias/NAME.", completion: .keyAlias)
    var alias: String

    @Argument(help: "The key: an alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String?

    @Flag(help: "Remove the alias; the key stays.")
    var delete = false

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        guard delete == (key == nil) else {
            throw Failure.usage(
                delete ? "--delete takes an alias alone" : "an alias for which key?",
                "coffer key alias alias/NAME KEY, or coffer key alias --delete alias/NAME")
        }
        let session = try KeySession(report, service, key: key)
        let alias = alias
        guard let key else {
            try session.call(alias) { (service) throws(KeyAdministrationError) in
                try service.deleteAlias(alias)
            }
            return try session.report(
                "alias", [("alias", .text(alias)), ("deleted", .flag(true))],
                text: "\(Escaped.argument(alias))  removed")
        }
        let target = try session.key(key)
        try session.call(alias) { (service) throws(KeyAdministrationError) in
            if try service.aliases().values.contains(where: { $0.contains(alias) }) {
                try service.updateAlias(alias, for: target.keyID)
            } else {
                try service.createAlias(alias, for: target.keyID)
            }
        }
        try session.report(
            "alias", [("alias", .text(alias)), ("deleted", .flag(false))] + target.json,
            text: "\(Escaped.argument(alias))  \(Escaped.text(target.arn))")
    }
}
