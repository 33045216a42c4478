import ContainerFormat
import Envelope
import FileIO

extension DecryptCommand {
    /// Whether an archive is asked for and nothing else will do.
    var restoresFolder: Bool { directory != nil || inPlace }

    /// Where the members of an archive go.
    final class RestoredFolder {
        struct Result {
            let path: FilePath
            let report: RestoreReport
            /// Directories that are where the archive has something else, or the other way round.
            let left: [FilePath]

            func conclude(_ console: Console) -> Batch.Outcome {
                for path in left {
                    console.warning(
                        "'\(path.displayText)' is left as it is: the archive has another kind there"
                    )
                }
                let outcome = RestoreText.conclude(report, path, console)
                return left.isEmpty ? outcome : .doneWithWarning
            }
        }

        private let command: DecryptCommand
        /// What -C does not say: beside the container, without the suffix; nil for standard input.
        private let place: () throws -> FilePath?
        private let console: Console
        private let workerCount: Int
        private var restore: ArchiveRestore?
        private var target: RestoreTarget?

        init(
            _ command: DecryptCommand, place: @autoclosure @escaping () throws -> FilePath?,
            _ console: Console, workerCount: Int
        ) {
            self.command = command
            self.place = place
            self.console = console
            self.workerCount = workerCount
        }

        /// Takes an archive that is to be restored; nil for all else.
        func sink(_ head: Decryption.ContainerHead) throws -> PlaintextSink? {
            guard head.metadata?.isArchive == true, command.output.output == nil,
                let target = try restoreTarget
            else { return nil }
            let console = console
            let restore = ArchiveRestore(
                into: try target.stage(),
                options: try command.restore.options(workerCount: workerCount)
            ) { refusal in
                let (message, hints) = RestoreText.refusal(refusal)
                console.warning(message, hints: hints)
            }
            self.target = target
            self.restore = restore
            return .consumer(restore)
        }

        /// Of standard input without -C the archive itself is wanted.
        private var restoreTarget: RestoreTarget? {
            get throws {
                if let directory = command.directory {
                    return RestoreTarget(
                        FilePath(argument: directory), isInPlace: command.inPlace,
                        replaces: command.output.force || command.inPlace)
                }
                if command.inPlace {
                    return RestoreTarget(FilePath(text: "."), isInPlace: true, replaces: true)
                }
                return try place().map {
                    RestoreTarget(
                        $0, isInPlace: false, replaces: command.output.force || command.many.update,
                        unwraps: true)
                }
            }
        }

        func abandon() { restore?.abandon() }

        /// Makes the members visible, after the container's end.
        func finish() throws -> Result? {
            guard let restore, let target else { return nil }
            let report = try restore.finish()
            return Result(
                path: target.path, report: report, left: try target.publish(restore.folder, report))
        }
    }
}
