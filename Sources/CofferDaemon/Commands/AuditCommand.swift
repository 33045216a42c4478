import ArgumentParser
import AuditLog
import FileIO
import KeyProviders

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Look at the audit log.",
        subcommands: [AuditVerifyCommand.self])

    func run() throws { throw Failure(.usage, "no verb after 'audit'", "cofferd audit verify") }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no record was changed, removed, moved or put in.",
        discussion: """
            The log is read and nothing written to it; the server may run meanwhile. Exit
            code 65: the log is not as it was left; 1: only a killed process left
            something. With an end noted earlier: coffer audit verify --anchor END.
            """)

    @OptionGroup var place: PlaceOptions

    func run() throws {
        let surroundings = try Surroundings(place)
        let found: AuditReport
        do throws(EmbeddedKeyServiceError) {
            found = try EmbeddedKeyService.verifyAudit(
                in: surroundings.keystore.bytes, passphrase: surroundings.rootPassphrase,
                token: surroundings.rootToken)
        } catch { throw surroundings.failure(error) }
        for finding in found.findings { Console.warning("\(finding)") }
        guard found.isIntact else {
            throw Failure(
                .damaged, "the audit log is not intact",
                "what it is in words: coffer audit verify",
                "keep this directory as it is and find out who could write to it")
        }
        try Console.write("\(found.lineCount) records, intact\n")
        if !found.findings.isEmpty { throw ExitStatus(code: .partial) }
    }
}
