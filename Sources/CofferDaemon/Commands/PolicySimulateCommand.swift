import ArgumentParser
import FileIO
import KMSDomain
import KMSService

struct PolicySimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Say whether a request would be allowed, and what each statement says to it.",
        discussion: """
            cofferd policy simulate alice kms:Decrypt alias/default
            cofferd policy simulate alice Decrypt alias/default -c department=IT
            cofferd policy simulate alice CreateKey --condition aws:SourceIp=10.1.2.3
            cofferd policy simulate arn:aws:iam::111122223333:role/reader Sign key/…  --json

            Nothing is done and nothing recorded. Key policy, identity policies and grants
            are those of this moment. Exit code: 0 allowed, 77 denied.
            """)

    @Argument(help: "The user or role, root, or the ARN of a session.") var name: String
    @Argument(help: "The operation, as policies name it: kms:Decrypt.") var action: String
    @Argument(help: "The key: its id, ARN or alias; none of an operation that concerns none.")
    var key: String?

    @Option(
        name: [.customShort("c"), .long],
        help: ArgumentHelp("A pair of the encryption context.", valueName: "key=value"))
    var context: [String] = []

    @Option(
        help: ArgumentHelp(
            "A condition key of the request: aws:SourceIp=…; again for another value.",
            valueName: "key=value"))
    var condition: [String] = []

    @Option(help: ArgumentHelp("The region asked, if the key does not say it.", valueName: "name"))
    var region = Realm.local.region

    @Flag(help: "Print it as JSON, one object.") var json = false

    @OptionGroup var options: IdentityOptions

    func run() throws {
        let context = try context.map { text in
            let pair = try Self.pair(text, example: "-c key=value")
            return (key: Array(pair.key.utf8), value: Array(pair.value.utf8))
        }
        let conditions = try conditions()
        try options.with { session in
            let request = SimulationRequest(
                principalARN: try session.arn(name),
                action: action.contains(":") ? action : "kms:" + action, resource: key,
                region: region, encryptionContext: context, conditions: conditions)
            let simulation = try session.simulate(request)
            try Console.write(json ? simulation.json + "\n" : simulation.text)
            if !simulation.isAllowed { throw ExitStatus(code: .denied) }
        }
    }

    /// The values of each name together.
    private func conditions() throws -> [(name: String, values: [String])] {
        var conditions: [(name: String, values: [String])] = []
        for text in condition {
            let (name, value) = try Self.pair(text, example: "--condition aws:SourceIp=10.1.2.3")
            if let index = conditions.firstIndex(where: { $0.name == name }) {
                conditions[index].values.append(value)
            } else {
                conditions.append((name, [value]))
            }
        }
        return conditions
    }

    private static func pair(
        _ text: String, example: String
    ) throws -> (key: String, value: String) {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw Failure(
                .usage, "'\(Escaped.argument(text))' is no name with a value", "write \(example)")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
