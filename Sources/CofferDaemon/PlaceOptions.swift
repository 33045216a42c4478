import ArgumentParser

/// Where the keystore and the configuration are: every verb has these.
struct PlaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The keystore, if not $COFFER_HOME or its default.", valueName: "directory"),
        completion: .directory)
    var keystore: String?

    @Option(
        help: ArgumentHelp("The configuration file, if not the user's.", valueName: "file"),
        completion: .file())
    var config: String?
}
