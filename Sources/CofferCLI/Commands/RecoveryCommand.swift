import ArgumentParser

struct RecoveryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery",
        abstract: "Make and test a recovery key: a secret on paper that needs no service.",
        discussion: """
            coffer recovery new --public sheet.pub
            coffer encrypt home.tar -k alias/default -k recovery:sheet.pub
            coffer recovery test home.tar.coffer
            coffer decrypt home.tar.coffer -k recovery:
            """,
        subcommands: [
            RecoveryNewCommand.self, RecoveryShowCommand.self, RecoveryTestCommand.self,
        ]
    ).verb

    func run() throws {
        throw Failure.usage(
            "no verb after 'recovery'", "coffer recovery new, coffer recovery test FILE",
            "see 'coffer recovery --help'")
    }
}
