import ArgumentParser

/// `coffer` itself: the verbs.
struct CofferCommand: ParsableCommand {
    static let verbs: [any ParsableCommand.Type] = [
        EncryptCommand.self, DecryptCommand.self, RunCommand.self, CatCommand.self,
        InspectCommand.self, ListCommand.self, ExtractCommand.self,
        VerifyCommand.self, RewrapCommand.self, ReencryptCommand.self, KeyCommand.self,
        RecoveryCommand.self,
        AuditCommand.self, ConfigCommand.self, CompletionCommand.self, VersionCommand.self,
        BenchKeysCommand.self,
    ]

    static let configuration = CommandConfiguration(
        commandName: "coffer",
        abstract: "Encrypts files and streams so that keys can be changed, rotated and taken away.",
        discussion: """
            pg_dump shop | coffer encrypt > shop.coffer
            coffer decrypt < shop.coffer | psql
            coffer encrypt home.tar              makes home.tar.coffer
            coffer decrypt home.tar.coffer       makes home.tar
            coffer encrypt photos                makes photos.coffer, of a directory
            coffer extract photos.coffer photos/2026/beach.jpg
            coffer inspect home.tar.coffer       who can open it

            Without a key on the command line, in COFFER_KEYS or in the configuration, the embedded \
            key service's alias/default is used.

            Exit codes: 0 done; 1 some inputs failed or warnings that matter; 64 usage; 65 damaged; \
            66 input; 67 no key opens it; 69 key service unreachable; 70 our bug; 73 output; \
            74 read or write failed; 76 not a container or a newer one; 77 refused; \
            78 configuration, limit or keystore; 130, 141, 143 signals.
            """,
        version: Version.semantic,
        subcommands: verbs)

    func run() throws {
        throw Failure.usage(
            "no verb given", "coffer encrypt FILE, coffer decrypt FILE.coffer",
            "see 'coffer --help'")
    }
}
