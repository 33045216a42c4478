import ArgumentParser
import FileIO
import KMSModel
import KeyProviders

struct KeyDescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a key: state, aliases, rotations.",
        discussion: """
            coffer key describe alias/default
            coffer key describe 1234abcd-12ab-34cd-56ef-1234567890ab --json
            """)

    @Argument(help: "An alias, a key id, an ARN or a URI.", completion: .keyAlias)
    var key: String

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report, service, key: key)
        let found = try session.key(key)
        let keyID = found.keyID
        let (aliases, materials, status) = try session.call(key) {
            (service) throws(KeyAdministrationError) in
            (
                try service.aliases()[keyID] ?? [], try service.materials(of: keyID),
                try service.rotationStatus(of: keyID)
            )
        }
        var rows = [
            ["id", Escaped.text(found.keyID)], ["arn", Escaped.text(found.arn)],
            ["state", found.keyState.rawValue],
            ["created", KeyMetadata.date(found.creationDate)],
        ]
        if let date = found.deletionDate { rows.append(["deletion", KeyMetadata.date(date)]) }
        if !found.description.isEmpty {
            rows.append(["description", Escaped.text(found.description)])
        }
        rows.append(["aliases", aliases.map { Escaped.text($0) }.joined(separator: " ")])
        rows.append(["rotation", text(status)])
        for rotation in materials {
            rows.append([
                "version",
                [
                    rotation.keyMaterialID.map { Escaped.text(String($0.suffix(32))) },
                    rotation.keyMaterialState?.rawValue,
                    rotation.rotationDate.map { "since \(KeyMetadata.date($0))" },
                ].compactMap(\.self).joined(separator: " "),
            ])
        }
        try session.report(
            "describe",
            found.json + [
                ("aliases", .list(aliases.map(JSONValue.text))),
                ("automatic_rotation", .flag(status.keyRotationEnabled)),
                ("next_rotation", .optional(status.nextRotationDate.map(KeyMetadata.date))),
                ("materials", .list(materials.map(json))),
            ], text: TextTable.lines(rows).joined(separator: "\n"))
    }

    private func text(_ status: GetKeyRotationStatusResponse) -> String {
        guard status.keyRotationEnabled, let days = status.rotationPeriodInDays else {
            return "on demand"
        }
        let next = status.nextRotationDate.map { ", next \(KeyMetadata.date($0))" } ?? ""
        return "every \(days) days\(next)"
    }

    private func json(_ rotation: RotationsListEntry) -> JSONValue {
        .object([
            ("id", .optional(rotation.keyMaterialID)),
            ("version", .optional(rotation.keyMaterialID.map { String($0.suffix(32)) })),
            ("state", .optional(rotation.keyMaterialState?.rawValue)),
            ("date", .optional(rotation.rotationDate.map(KeyMetadata.date))),
        ])
    }
}
