import ArgumentParser

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make and look after keys.",
        discussion: """
            coffer key create alias/backup
            coffer key create --file escrow.key
            coffer key list
            coffer key rotate alias/default
            coffer key backup coffer-keys.coffer
            """,
        subcommands: [
            KeyInitCommand.self, KeyCreateCommand.self, KeyListCommand.self,
            KeyDescribeCommand.self, KeyRotateCommand.self, KeyEnableCommand.self,
            KeyDisableCommand.self, KeyScheduleDeletionCommand.self,
            KeyCancelDeletionCommand.self, KeyAliasCommand.self, KeyBackupCommand.self,
            KeyRestoreCommand.self, KeyMoveRootCommand.self,
        ]
    ).verb

    func run() throws {
        throw Failure.usage(
            "no verb after 'key'", "coffer key list, coffer key create NAME",
            "see 'coffer key --help'")
    }
}
