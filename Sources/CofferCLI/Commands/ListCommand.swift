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

    @OptionGroup var access: ArchiveAccessOptions

    func run() throws {
        let console = access.report.console
        let opened = try OpenedArchive(access)
        var text = MemberLines(isLong: console.isVerbose, isJSON: console.isJSON)
        try opened.explaining { try $0.readMembers { member in try text.append(member) } }
        try text.flush()
    }
}
