import ArgumentParser
import FileIO
import KMSDomain
import KMSService

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Manage what users and roles may do.",
        discussion: """
            cofferd policy put alice use-keys policy.json
            cofferd policy list alice
            cofferd policy get alice use-keys
            cofferd policy delete alice use-keys
            cofferd policy put-trust reader trust.json
            cofferd policy get-trust reader
            cofferd policy simulate alice kms:Decrypt alias/default

            Policies of keys are set through the API: aws kms put-key-policy.
            """,
        subcommands: [
            PolicyPutCommand.self, PolicyGetCommand.self, PolicyListCommand.self,
            PolicyDeleteCommand.self, PolicyPutTrustCommand.self, PolicyGetTrustCommand.self,
            PolicySimulateCommand.self,
        ])

    func run() throws {
        throw Failure(.usage, "no verb after 'policy'", "cofferd policy list NAME")
    }
}

struct PolicyPutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Give a user or a role a policy, or another in its place.")

    @Argument(help: "The user or role.") var name: String
    @Argument(help: "What the policy is called.") var policyName: String
    @Argument(help: "The policy, JSON.", completion: .file()) var file: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        let text = try IdentityOptions.policy(file)
        try options.with { session in
            try session.identities.putPolicy(
                text, named: policyName, of: try session.arn(name))
        }
    }
}

struct PolicyGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Print a policy as it was given.")

    @Argument(help: "The user or role.") var name: String
    @Argument(help: "What the policy is called.") var policyName: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let policies = try session.identities.policies(of: try session.arn(name))
            guard let policy = policies.first(where: { $0.name == policyName }) else {
                throw IdentityAdministration.Failure.noSuchPolicy
            }
            try Console.write(policy.text)
        }
    }
}

struct PolicyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the policies of a user or a role.")

    @Argument(help: "The user or role.") var name: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let policies = try session.identities.policies(of: try session.arn(name))
            try Console.write(policies.map { $0.name + "\n" }.joined())
        }
    }
}

struct PolicyDeleteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Take a policy away.")

    @Argument(help: "The user or role.") var name: String
    @Argument(help: "What the policy is called.") var policyName: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            try session.identities.deletePolicy(named: policyName, of: try session.arn(name))
        }
    }
}

struct PolicyPutTrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put-trust", abstract: "Change who may assume a role.")

    @Argument(help: "The role.") var name: String
    @Argument(help: "The trust policy, JSON.", completion: .file()) var file: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        let text = try IdentityOptions.policy(file)
        try options.with { session in
            try session.identities.setTrustPolicy(text, of: try session.arn(name))
        }
    }
}

struct PolicyGetTrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get-trust", abstract: "Print who may assume a role.")

    @Argument(help: "The role.") var name: String
    @OptionGroup var options: IdentityOptions

    func run() throws {
        try options.with { session in
            let role = try session.identities.identity(arn: try session.arn(name))
            guard case .role(let trustPolicy, _) = role.kind else {
                throw IdentityAdministration.Failure.notARole
            }
            try Console.write(trustPolicy)
        }
    }
}
