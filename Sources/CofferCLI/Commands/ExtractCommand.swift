import ArgumentParser
import ContainerFormat
import Envelope
import FileIO

struct ExtractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Restore single members of an archive container.",
        discussion: """
            coffer extract photos.coffer photos/2026/beach.jpg -C restored
            coffer extract photos.coffer photos/2026        a directory with all below it

            Reads only the parts of the container that hold the members. They appear in the folder, by \
            default the one you are in, when all of them are whole and authentic; files that are there \
            stay unless you say -f. Without a MEMBER all are restored.
            """
    ).verb

    @OptionGroup var access: ArchiveAccessOptions

    @Argument(help: "Members by their names in 'coffer list'.", completion: .member)
    var members: [String] = []

    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp("Put them here.", valueName: "folder"), completion: .directory)
    var directory = "."

    @Flag(name: .shortAndLong, help: "Replace files that are there.")
    var force = false

    @OptionGroup(title: "Archives") var restore: RestoreFlags

    func run() throws {
        let console = access.report.console
        let opened = try OpenedArchive(access)
        let names =
            members.isEmpty
            ? [MemberPath.here]
            : members.map { MemberWalk.memberPath(FilePath(argument: $0)).bytes }
        let found = try opened.find(names)
        if !found.missing.isEmpty {
            let names = found.missing.map { "'\(Escaped.bytes($0))'" }.joined(separator: ", ")
            throw Failure(
                .input, "\(names): no such member of '\(opened.path.displayText)'",
                file: .path(opened.path),
                hints: ["see the names with 'coffer list'"])
        }
        let target = RestoreTarget(
            FilePath(argument: directory), isInPlace: true, replaces: force)
        let folder = try target.stage()
        let options = try restore.options()
        let done = try opened.explaining { catalog in
            try catalog.extract(found.selection, into: folder, options: options) { refusal in
                let (message, hints) = RestoreText.refusal(refusal)
                console.warning(message, hints: hints)
            }
        }
        let result = DecryptCommand.RestoredFolder.Result(
            path: target.path, report: done, left: try target.publish(folder, done))
        let outcome = result.conclude(console)
        console.detail("\(done.memberCount) members, \(ByteCount.text(done.byteCount))")
        try console.result(
            .object(
                [
                    ("verb", .text("extract")), ("file", .path(opened.path)),
                    ("output", .path(target.path)),
                ] + RestoreText.json(done)), text: "")
        try outcome.conclude()
    }
}
