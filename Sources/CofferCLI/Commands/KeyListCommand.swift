import ArgumentParser
import KMSModel
import KMSService

struct KeyListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the keys of the key service.",
        discussion: """
            coffer key list
            coffer key list --json
            """)

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let aliases = try session.aliases()
        var keys: [KeyMetadata] = []
        var marker: String?
        repeat {
            let request = ListKeysRequest(marker: marker)
            let page = try session.call { (service, caller) throws(KMSServiceError) in
                try service.listKeyMetadata(request, caller: caller)
            }
            keys += page.keys
            marker = page.nextMarker
        } while marker != nil
        let rows = keys.map { key in
            [
                key.keyID, key.keyState.rawValue, KeyMetadata.date(key.creationDate),
                aliases[key.keyID, default: []].joined(separator: " "),
            ]
        }
        try session.report(
            "list",
            [
                (
                    "keys",
                    .list(
                        keys.map { key in
                            .object(
                                key.json + [
                                    (
                                        "aliases",
                                        .list(
                                            aliases[key.keyID, default: []].map(JSONValue.text))
                                    )
                                ])
                        })
                )
            ],
            text: TextTable.lines([["KEY", "STATE", "CREATED", "ALIASES"]] + rows)
                .joined(separator: "\n"))
    }
}
