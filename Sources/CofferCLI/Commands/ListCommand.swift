import ArgumentParser
import ContainerFormat
import Envelope
import FileIO

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the members of an archive container.",
        discussion: """
            coffer list photos.coffer
            coffer list -v photos.coffer          modes, owners, sizes and times as well
            coffer list --json photos.coffer      one object a line

            Reads the archive's index and not the archive. Control characters in names are shown \
            escaped.
            """
    ).verb

    @Argument(help: "An archive container in a file.", completion: .file())
    var file: String

    @OptionGroup(title: "Keys") var keys: KeyOptions
    @OptionGroup(title: "Keys") var passphrase: PassphraseOptions
    @OptionGroup var open: OpenOptions
    @OptionGroup var context: ContextOptions
    @OptionGroup var report: ReportOptions

    func run() throws {
        let console = report.console
        let opened = try OpenedArchive(file, keys, passphrase, open, context, console)
        var text = MemberLines(isLong: console.isVerbose, isJSON: console.isJSON)
        try opened.explaining { try $0.readMembers { member in try text.append(member) } }
        try text.flush()
    }
}
