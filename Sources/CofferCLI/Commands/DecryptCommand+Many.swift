import ContainerFormat
import Envelope
import FileIO
import KeyProviders

extension DecryptCommand {
    /// Whether containers are worked on several at a time. What they hold is not known before they are
    /// opened, so names and times that are inside do not go with it.
    func isMany(_ sources: [InputSource]) throws -> Bool {
        if directory != nil || inPlace {
            guard !many.isAsked(recursive: tree.recursive) else {
                throw Failure.usage(
                    "-C and --in-place restore archives, and -R, --output-dir and --update do not",
                    "restore the archives by their names")
            }
            return false
        }
        guard restoreName || restoreMtime else {
            return try many.isWanted(sources, recursive: tree.recursive, output: output)
        }
        guard !many.isAsked(recursive: tree.recursive) else {
            throw Failure.usage(
                "-R, --output-dir and --update go by names and times of the containers",
                "leave --restore-name and --restore-mtime away")
        }
        return false
    }

    /// Decrypts many containers, several at a time, each to a file of its own; after them the
    /// archives, each to a folder. The key of a batch is asked for once.
    func runMany(
        _ sources: [InputSource], _ ring: KeyRing, _ given: DecryptionOptions, _ console: Console
    ) throws {
        var options = given
        options.openedBatches = OpenedBatches()
        options.lanes = FileLanes()
        let keys = try ring.openers()
        let decryption = Decryption(keys: keys, options: options)
        let verifiesFirst = verifyFirst
        let work = ManyOutputs.Work(
            verb: "decrypt", done: "decrypted", leftOut: "no containers",
            isWanted: { try ContainerMark.isContainer($0) },
            target: { try Self.plainName(of: $0) },
            isWhole: { _ in true },
            make: { input, output, progress in
                if verifiesFirst {
                    _ = try decryption.run(input, progress: Progress()) { head in
                        try Self.refuseArchive(head)
                        return .nothing
                    }
                }
                let summary = try decryption.run(input, progress: progress) { head in
                    try Self.refuseArchive(head)
                    return .file(output)
                }
                return ManyOutputs.Made(summary)
            },
            makeFolder: { [self, options] input, place, progress in
                if try isRestored(input, place, keys, options) { return nil }
                if verifiesFirst { _ = try decryption.run(input, to: nil) }
                return try restore(input, to: place, decryption, options, progress, console)
            })
        try ManyOutputs(
            work, many, replacing: output.force, workerCount: options.workerCount,
            console: console
        ).run(sources.compactMap(\.path), recursive: tree.recursive) { error, name in
            var failure = ring.explain(error, file: name)
            if case FileError.isDirectory = error {
                failure.hints = ["all containers below it: coffer decrypt -R \(name.displayText)"]
            }
            return failure
        }
    }

    private static func refuseArchive(_ head: Decryption.ContainerHead) throws {
        if head.metadata?.isArchive == true { throw ManyOutputs.BecomesFolder() }
    }

    /// Whether all of an archive is in the folder already.
    private func isRestored(
        _ input: InputFile, _ place: FilePath, _ keys: [any KeyProvider],
        _ options: DecryptionOptions
    ) throws -> Bool {
        guard !output.force, try place.isTaken else { return false }
        do {
            let catalog = try ArchiveCatalog(input, keys: keys, options: options)
            if try catalog.isRestored(to: place, options: restore.options()) { return true }
        } catch EnvelopeError.notAnArchive {
            throw Self.isInTheWay(place, input.name)
        } catch EnvelopeError.isArmored {
            // It has no index to compare the folder with.
        }
        guard many.update else { throw ManyOutputs.stale(place, input.name) }
        return false
    }

    private static func isInTheWay(_ folder: FilePath, _ input: FileName) -> Failure {
        Failure(
            .output, "'\(folder.displayText)' is a directory, and \(input.displayText) no archive",
            file: input, hints: ["put the outputs elsewhere with --output-dir DIR"])
    }

    private func restore(
        _ input: InputFile, to place: FilePath, _ decryption: Decryption,
        _ options: DecryptionOptions, _ progress: Progress, _ console: Console
    ) throws -> ManyOutputs.Made {
        let folder = RestoredFolder(
            self, place: place, console, workerCount: options.workerCount)
        let summary: DecryptionSummary
        do {
            summary = try decryption.run(input, progress: progress) { head in
                guard let sink = try folder.sink(head) else {
                    throw Self.isInTheWay(place, input.name)
                }
                return sink
            }
        } catch {
            folder.abandon()
            throw error
        }
        var made = ManyOutputs.Made(summary)
        if let restored = try folder.finish() {
            if case .doneWithWarning = restored.conclude(console) { made.isFlawed = true }
            made.members += RestoreText.json(restored.report)
        }
        return made
    }

    /// Without the suffix of containers.
    static func plainName(of path: FilePath) throws -> FilePath {
        guard let plain = path.removing(suffix: ContainerMark.suffix) else {
            throw Failure(
                .usage, "'\(path.displayText)' does not end in .coffer", file: .path(path),
                hints: ["name the output with -o"])
        }
        return plain
    }
}

extension ManyOutputs.Made {
    fileprivate init(_ summary: DecryptionSummary) {
        self.init(
            plaintextByteCount: summary.plaintextByteCount,
            containerByteCount: summary.containerByteCount,
            members: [("context", summary.context.json)])
    }
}
