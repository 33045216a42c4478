import ArgumentParser
import CofferConfiguration
import FileIO

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Look at the configuration file.",
        discussion: """
            coffer config check
            """,
        subcommands: [ConfigCheckCommand.self]
    ).verb

    func run() throws { throw Failure.usage("no verb after 'config'", "coffer config check") }
}

struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration file and the keys that it names.",
        discussion: """
            coffer config check
            coffer config check --json

            The file is $XDG_CONFIG_HOME/coffer/config.json, by default \
            ~/.config/coffer/config.json: JSON in which // and /* */ comments are allowed.

            {
              "key-service": "https://kms.example:8443",
              "key-sets": {"backup": ["alias/backup", "keyfile:escrow.key"],
                           "officers": {"any": 2, "of": ["keyfile:a", "keyfile:b", "keyfile:c"]}},
              "defaults": {"key-set": "backup", "compress": "auto", "threads": 0}
            }
            """)

    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let surroundings = try Surroundings.load()
        let settings = surroundings.settings
        for name in settings.keySets.keys.sorted() { _ = try surroundings.keySet(name) }
        _ = try surroundings.defaultKeys()
        let path = settings.path ?? surroundings.locations.configurationFile
        let name = path?.displayText ?? ""
        if let distrust = settings.distrust {
            console.warning(
                Failure(distrust).message + ": it may not name modules",
                hints: Failure(distrust).hints)
        }
        let state = try Self.state(surroundings)
        try console.result(
            .object([
                ("verb", .text("config check")), ("file", path.map(JSONValue.path) ?? .null),
                ("exists", .flag(settings.path != nil)),
                ("key_service", .text(settings.keyService.text)),
                ("state_directory", state),
                ("key_sets", .list(settings.keySets.keys.sorted().map(JSONValue.text))),
                ("trusted", .flag(settings.distrust == nil)),
            ]),
            text: settings.path == nil
                ? "no configuration file" + (name.isEmpty ? "\n" : " at '\(name)'\n")
                : "'\(name)': correct\n")
    }

    private static func state(_ surroundings: Surroundings) throws -> JSONValue {
        do throws(ConfigurationError) {
            return .path(try surroundings.locations.stateDirectory())
        } catch .noStateDirectory { return .null }
    }
}
