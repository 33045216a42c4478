import ArgumentParser

/// What a verb that encrypts asks of its recipients.
struct RecipientOptions: ParsableArguments {
    @Flag(help: "Allow a passphrase beside other recipients.")
    var mixPassphrase = false

    @Option(
        help: ArgumentHelp(
            "Go on when only so many recipients could wrap the key; by default all have to. "
                + "'coffer rewrap --complete' adds the others later.",
            valueName: "n"))
    var minWraps: Int?

    @Flag(
        name: .customLong("no-offline-advice"),
        help: "Say nothing of it that no recipient is offline.")
    var isAdviceUnwanted = false

    var leastWrapCount: Int? {
        get throws {
            guard let minWraps else { return nil }
            guard minWraps > 0 else {
                throw Failure.usage(
                    "--min-wraps \(minWraps)", "without any recipient nobody could open it")
            }
            return minWraps
        }
    }
}
