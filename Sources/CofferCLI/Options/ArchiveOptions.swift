import ArgumentParser
import Envelope
import FileIO

/// What goes into an archive.
struct ArchiveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Leave out what fits a shell pattern, as a whole or from any slash on.",
            valueName: "pattern"))
    var exclude: [String] = []

    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp("Begin relative names of an archive here.", valueName: "folder"),
        completion: .directory)
    var directory: String?

    @Flag(help: "Do not enter other file systems below a directory.")
    var oneFileSystem = false

    /// Whether only an archive can have what is asked for.
    var isAskedFor: Bool { !exclude.isEmpty || directory != nil || oneFileSystem }

    func selection(_ roots: [MemberWalk.Root]) throws -> ArchiveEncryption.Selection {
        for root in roots where MemberWalk.climbs(root.path) {
            throw Failure.usage(
                "'\(root.path.displayText)' leads upwards, and no member of an archive may",
                "begin there: -C FOLDER NAME")
        }
        var selection = ArchiveEncryption.Selection(roots: roots)
        selection.base = directory.map(FilePath.init(argument:))
        selection.excluded = exclude.map { PathPattern(FilePath(argument: $0)) }
        selection.staysOnFileSystem = oneFileSystem
        return selection
    }
}
