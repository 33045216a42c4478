import ArgumentParser
import FileIO
import KMSModel
import KMSService
import KeyProviders

struct KeyCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key of the key service, or a key file.",
        discussion: """
            coffer key create alias/backup
            coffer key create alias/backup --description 'nightly dumps'
            coffer key create --file escrow.key
                32 random bytes as a line of hex, for you alone (0600); use it with
                -k keyfile:escrow.key, and keep a copy where the data is not
            """)

    @Argument(help: "An alias for the new key.")
    var alias: String?

    @Option(help: "What the key is for; not secret.")
    var description = ""

    @Option(
        help: ArgumentHelp("Make a key file instead.", valueName: "path"), completion: .file())
    var file: String?

    @Flag(name: .shortAndLong, help: "Replace an existing key file.")
    var force = false

    @OptionGroup var service: KeyServiceOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        if let file { return try createFile(FilePath(argument: file)) }
        if let alias, !alias.utf8.starts(with: "alias/".utf8) {
            throw Failure.usage(
                "'\(Escaped.argument(alias))' is no alias",
                "write alias/\(Escaped.argument(alias))",
                "for a key file: coffer key create --file \(Escaped.argument(alias))")
        }
        let surroundings = try Surroundings.load()
        guard try service.target(surroundings) == .embedded else {
            let session = try KeySession(report, service)
            return try show(session, try make(session))
        }
        // Before a keystore is made for it.
        if let alias { try requireName(alias) }
        let place = try LocalKeyService(surroundings, console: report.console).place
        let existed = try EmbeddedKeyService.exists(in: place.bytes)
        let session = try KeySession(report, service, creating: true)
        // A new keystore comes with this one.
        if !existed, alias == EmbeddedKeyService.defaultAlias {
            return try show(session, try session.key(EmbeddedKeyService.defaultAlias))
        }
        try show(session, try make(session))
    }

    private func requireName(_ alias: String) throws {
        do throws(KMSServiceError) {
            try KMSService.requireAliasName(alias)
        } catch { throw Failure(error, key: alias) }
    }

    private func make(_ session: KeySession) throws -> KeyMetadata {
        let (description, alias) = (description, alias)
        return try session.call(alias) { (service) throws(KeyAdministrationError) in
            try service.create(description: description, alias: alias)
        }
    }

    private func show(_ session: KeySession, _ key: KeyMetadata) throws {
        try session.report(
            "create", key.json + [("alias", .optional(alias))],
            text: (alias.map { "\(Escaped.argument($0))  " } ?? "") + Escaped.text(key.arn))
    }

    private func createFile(_ path: FilePath) throws {
        guard alias == nil, description.isEmpty else {
            throw Failure.usage("a key file has neither alias nor description")
        }
        let console = report.console
        try NewKeyFile.create(path, replacing: force)
        try console.result(
            .object([
                ("verb", .text("key create")), ("file", .path(path)),
                ("key", .text("keyfile:" + path.displayText)),
            ]), text: console.isQuiet ? "" : "keyfile:\(path.displayText)\n")
    }
}
