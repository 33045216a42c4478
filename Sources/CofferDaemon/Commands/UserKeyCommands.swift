import ArgumentParser
import FileIO
import KMSDomain
import KMSService

struct UserCreateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-key",
        abstract: "Make an access key of a user, whose secret is told this once.")

    @Argument(help: "The user, or root.") var name: String

    @Option(
        help: ArgumentHelp("Put it into this new file, in AWS's form.", valueName: "file"),
        completion: .file())
    var credentials: String?

    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let made = try session.identities.createAccessKey(for: try session.arn(name))
            try AccessKeyText.give(
                made, region: session.realm.region,
                to: credentials.map { FilePath(argument: $0) })
        }
    }
}

struct UserListKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-keys", abstract: "List the access keys of a user.")

    @Argument(help: "The user, or root.") var name: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            var text = ""
            for key in try session.identities.accessKeys(of: try session.arn(name)) {
                text +=
                    "\(key.id) \(key.isActive ? "active" : "inactive") "
                    + "\(key.creationDate.iso8601)\n"
            }
            try Console.write(text)
        }
    }
}

struct UserActivateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate-key", abstract: "Take an access key again.")

    @OptionGroup var key: AccessKeyOptions

    func run() throws { try key.change { try $0.setAccessKey($1, active: true) } }
}

struct UserDeactivateKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deactivate-key", abstract: "Take an access key no longer, for now.")

    @OptionGroup var key: AccessKeyOptions

    func run() throws { try key.change { try $0.setAccessKey($1, active: false) } }
}

struct UserDeleteKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-key", abstract: "Delete an access key.")

    @OptionGroup var key: AccessKeyOptions

    func run() throws { try key.change { try $0.deleteAccessKey($1) } }
}

/// One access key.
struct AccessKeyOptions: ParsableArguments {
    @Argument(help: "AKIA…") var id: String
    @OptionGroup var options: IdentityOptions

    func change(_ step: (IdentityAdministration, String) throws -> Void) throws {
        try options.with { session in try step(session.identities, id) }
    }
}
