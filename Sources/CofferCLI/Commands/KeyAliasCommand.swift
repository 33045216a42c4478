import ArgumentParser
import FileIO
import KMSModel
import KMSService

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

    @Argument(help: "The key: an alias, a key id or an ARN.", completion: .keyAlias)
    var key: String?

    @Flag(help: "Remove the alias; the key stays.")
    var delete = false

    @OptionGroup var report: ReportOptions

    func run() throws {
        guard delete == (key == nil) else {
            throw Failure.usage(
                delete ? "--delete takes an alias alone" : "an alias for which key?",
                "coffer key alias alias/NAME KEY, or coffer key alias --delete alias/NAME")
        }
        let session = try KeySession(report)
        guard let key else {
            try session.call(alias) { (service, caller) throws(KMSServiceError) in
                try service.deleteAlias(DeleteAliasRequest(aliasName: alias), caller: caller)
            }
            return try session.report(
                "alias", [("alias", .text(alias)), ("deleted", .flag(true))],
                text: "\(alias)  removed")
        }
        let target = try session.key(key)
        if try session.aliases().values.contains(where: { $0.contains(alias) }) {
            try session.call(alias) { (service, caller) throws(KMSServiceError) in
                try service.updateAlias(
                    UpdateAliasRequest(aliasName: alias, targetKeyID: target.keyID),
                    caller: caller)
            }
        } else {
            try session.call(alias) { (service, caller) throws(KMSServiceError) in
                try service.createAlias(
                    CreateAliasRequest(aliasName: alias, targetKeyID: target.keyID),
                    caller: caller)
            }
        }
        try session.report(
            "alias", [("alias", .text(alias)), ("deleted", .flag(false))] + target.json,
            text: "\(alias)  \(target.arn)")
    }
}
