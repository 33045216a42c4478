import ArgumentParser

/// `cofferd` itself: the verbs.
struct DaemonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cofferd",
        abstract: "A key service that speaks the API of AWS KMS.",
        discussion: """
            cofferd init
            cofferd serve
            aws --endpoint-url http://127.0.0.1:8443 kms list-keys

            The keystore is in COFFER_HOME, by default $XDG_DATA_HOME/coffer or \
            ~/.local/share/coffer: the one that coffer uses.

            Exit codes: 0 done; 1 done, with findings; 64 usage; 65 damaged; 66 input; \
            69 busy or address in use; 70 our bug; 73 output; 74 read or write failed; 77 refused; \
            78 configuration or keystore.
            """,
        version: Version.line,
        subcommands: [
            InitCommand.self, ServeCommand.self, UserCommand.self, PolicyCommand.self,
            AuditCommand.self, BackupCommand.self, RestoreCommand.self, DoctorCommand.self,
        ])

    func run() throws {
        throw Failure(.usage, "no verb given", "cofferd init, cofferd serve, cofferd --help")
    }
}
