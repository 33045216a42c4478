import ArgumentParser

/// An archive container, and what opens it: of the verbs that go by its index.
struct ArchiveAccessOptions: ParsableArguments {
    @Argument(help: "An archive container in a file.", completion: .file())
    var file: String

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var open: OpenOptions
    @OptionGroup var context: ContextOptions
    @OptionGroup var report: ReportOptions
}
