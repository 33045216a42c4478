import ArgumentParser
import FileIO
import KMSModel
import KeyProviders

struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys of the key service.",
        discussion: """
            coffer key list
            coffer key list --json
            coffer key list --key-service aws-kms:
            coffer key list --key-service vault:transit

            A dash stands for what the service does not tell you of a key.
            """)

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report, service)
        let (keys, aliases) = try session.call { (service) throws(KeyAdministrationError) in
            (try service.keys(), try service.aliases())
        }
        let rows = keys.map { key in
            [
                Escaped.text(key.keyID), key.metadata?.keyState.rawValue ?? "-",
                key.metadata.map { KeyMetadata.date($0.creationDate) } ?? "-",
                aliases[key.keyID, default: []].map { Escaped.text($0) }.joined(separator: " "),
            ]
        }
        let list = keys.map { key in
            JSONValue.object(
                (key.metadata?.json ?? [("id", .text(key.keyID)), ("arn", .text(key.arn))])
                    + [("aliases", .list(aliases[key.keyID, default: []].map(JSONValue.text)))])
        }
        try session.report(
            "list", [("keys", .list(list))],
            text: TextTable.lines([["KEY", "STATE", "CREATED", "ALIASES"]] + rows)
                .joined(separator: "\n"))
    }
}
