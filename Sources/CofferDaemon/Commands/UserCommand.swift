import ArgumentParser
import KMSDomain
import KMSService

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Manage accounts, users, roles and their access keys.",
        discussion: """
            cofferd user create alice
            cofferd user create-key alice
            cofferd user create-role reader --trust-policy trust.json
            cofferd user create-account 111122223333 "the other team"
            cofferd user list
            cofferd user deactivate-key AKIA…

            A running server knows at once. A user is named by name or ARN; 'root' is the
            account itself. What a user may do: cofferd policy.
            """,
        subcommands: [
            UserListCommand.self, UserCreateCommand.self, UserCreateRoleCommand.self,
            UserCreateAccountCommand.self, UserDeleteCommand.self, UserCreateKeyCommand.self,
            UserListKeysCommand.self, UserActivateKeyCommand.self, UserDeactivateKeyCommand.self,
            UserDeleteKeyCommand.self,
        ])

    func run() throws { throw Failure(.usage, "no verb after 'user'", "cofferd user list") }
}

struct UserListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List accounts with their users and roles.")

    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            var text = ""
            for account in try session.identities.accounts()
            where session.account == nil || session.account == account.id {
                text += "account \(account.id) \(account.name)\n"
                for identity in try session.identities.identities(ofAccount: account.id) {
                    text += "\(identity.arn)\n"
                }
            }
            try Console.write(text)
        }
    }
}

struct UserCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a user, who may do nothing yet.")

    @Argument var name: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let made = try session.identities.createUser(
                name: name, account: session.account ?? session.realm.accountID)
            try Console.write("\(made.arn)\n")
        }
    }
}

struct UserCreateRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-role",
        abstract: "Make a role, which those that its trust policy names may assume.")

    @Argument var name: String

    @Option(help: ArgumentHelp("The trust policy, JSON.", valueName: "file"), completion: .file())
    var trustPolicy: String

    @Option(help: ArgumentHelp("The longest session, 900 to 43200.", valueName: "seconds"))
    var maximumSession = 3600

    @OptionGroup var options: IdentityOptions

    func run() throws {
        let policy = try IdentityOptions.policy(trustPolicy)
        try options.with { session in
            let made = try session.identities.createRole(
                name: name, account: session.account ?? session.realm.accountID,
                trustPolicy: policy, maximumSessionSeconds: maximumSession)
            try Console.write("\(made.arn)\n")
        }
    }
}

struct UserCreateAccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create-account", abstract: "Make an account.")

    @Argument(help: "Twelve digits.") var id: String
    @Argument var name: String
    @OptionGroup var place: PlaceOptions

    func run() throws {
        try IdentityOptions.with(place) { session in
            try session.identities.createAccount(id: id, name: name)
            try Console.write("arn:aws:iam::\(id):root\n")
        }
    }
}

struct UserDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a user or a role, with its policies, access keys, sessions and grants.")

    @Argument var name: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let identity = try session.identities.identity(arn: try session.arn(name))
            try session.identities.deleteIdentity(arn: identity.arn)
            let naming = try session.identities.resourcesNaming(identity)
            for resource in naming {
                Console.warning("the policy of \(resource) names \(identity.arn)")
            }
            if !naming.isEmpty {
                Console.hint("whoever is given this name again is allowed what these allow")
            }
        }
    }
}
