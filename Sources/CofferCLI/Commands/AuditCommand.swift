import ArgumentParser
import AuditLog
import FileIO
import KMSDomain
import KeyProviders

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look at the key service's audit log.",
        discussion: """
            coffer audit verify
            """,
        subcommands: [AuditVerifyCommand.self]
    ).verb

    func run() throws { throw Failure.usage("no verb after 'audit'", "coffer audit verify") }
}

struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no record was changed, removed, moved or put in.",
        discussion: """
            coffer audit verify
                prints the log's end; note it elsewhere
            coffer audit verify --anchor 1234:567890:9f86d081…
                checks that the log still goes through an end noted before
            coffer audit verify --directory /mnt/old/audit
                a log without its keystore: order and completeness, not who wrote it

            The log is read before this run adds anything to it. What the keystore
            itself found missing or changed is in the log, and reported each time.
            Exit code 65: the log is not as it was left; 1: only a killed process
            left something.
            """)

    @Option(help: ArgumentHelp("An end that was printed before.", valueName: "end"))
    var anchor: String?

    @Option(
        help: ArgumentHelp("The directory of a log without its keystore.", valueName: "path"),
        completion: .directory)
    var directory: String?

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let anchor = try anchor.map(AuditText.anchor)
        let place: FilePath
        let found: AuditReport
        if let directory {
            place = FilePath(argument: directory)
            found = try verify(place, anchor)
        } else {
            let surroundings = try Surroundings.load()
            try service.requireEmbedded("audit verify", surroundings)
            let local = LocalKeyService(surroundings, console: console)
            place = try local.place.appending(component: "audit")
            found = try local.verifyAudit(anchor: anchor)
        }
        let texts = found.findings.map(AuditText.text)
        guard found.isIntact else {
            var failure = Failure(
                .auth,
                "the audit log in '\(place.displayText)' is not intact: \(texts.first ?? "")",
                file: .path(place), hints: Array(texts.dropFirst()))
            failure.hints.append(
                "keep this directory as it is and find out who could write to it")
            throw failure
        }
        try console.result(
            .object([
                ("verb", .text("audit verify")), ("intact", .flag(true)),
                ("signed", .flag(directory == nil)),
                ("records", .number(UInt64(found.lineCount))),
                ("end", .text(AuditText.text(found.end))),
                ("findings", .list(texts.map(JSONValue.text))),
            ]),
            text: console.isQuiet
                ? ""
                : "\(found.lineCount) records, intact\(directory == nil ? "" : " (unsigned)")\n"
                    + "end \(AuditText.text(found.end))\n")
        guard texts.isEmpty else {
            for text in texts { console.warning(text) }
            throw ExitStatus(code: FailureCode.partial.exitCode)
        }
    }

    /// A log without its keystore.
    private func verify(_ place: FilePath, _ anchor: AuditHead?) throws -> AuditReport {
        do throws(EmbeddedKeyServiceError) {
            return try EmbeddedKeyService.verifyAudit(
                auditDirectory: place.bytes, anchor: anchor)
        } catch {
            guard case .audit(.cannotAccess(_, let number)) = error else { throw error }
            throw Failure(
                .input,
                "cannot read an audit log in '\(place.displayText)': \(SystemError(number).phrase)",
                file: .path(place))
        }
    }
}
