import ArgumentParser
import FileIO
import KMSModel
import KMSService

struct KeyDescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show a key: state, aliases, rotations.",
        discussion: """
            coffer key describe alias/default
            coffer key describe 1234abcd-12ab-34cd-56ef-1234567890ab --json
            """)

    @Argument(help: "An alias, a key id or an ARN.", completion: .keyAlias)
    var key: String

    @OptionGroup var report: ReportOptions

    func run() throws {
        let session = try KeySession(report)
        let found = try session.key(key)
        let aliases = try session.aliases()[found.keyID] ?? []
        let rotations = try rotations(session, found.keyID)
        let status = try session.call(key) { (service, caller) throws(KMSServiceError) in
            try service.getKeyRotationStatus(
                GetKeyRotationStatusRequest(keyID: found.keyID), caller: caller)
        }
        var rows = [
            ["id", found.keyID], ["arn", found.arn], ["state", found.keyState.rawValue],
            ["created", KeyMetadata.date(found.creationDate)],
        ]
        if let date = found.deletionDate { rows.append(["deletion", KeyMetadata.date(date)]) }
        if !found.description.isEmpty {
            rows.append(["description", Escaped.text(found.description)])
        }
        rows.append(["aliases", aliases.joined(separator: " ")])
        rows.append(["rotation", text(status)])
        for rotation in rotations {
            rows.append([
                "version",
                [
                    rotation.keyMaterialID.map { String($0.suffix(32)) },
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
                ("materials", .list(rotations.map(json))),
            ], text: TextTable.lines(rows).joined(separator: "\n"))
    }

    private func rotations(
        _ session: KeySession, _ keyID: String
    ) throws -> [RotationsListEntry] {
        var entries: [RotationsListEntry] = []
        var marker: String?
        repeat {
            let request = ListKeyRotationsRequest(
                keyID: keyID, includeKeyMaterial: .allKeyMaterial, marker: marker)
            let page = try session.call(key) { (service, caller) throws(KMSServiceError) in
                try service.listKeyRotations(request, caller: caller)
            }
            entries += page.rotations
            marker = page.truncated ? page.nextMarker : nil
        } while marker != nil
        return entries
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
