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

    /// Decrypts many containers, several at a time, each to a file of its own. The key of a batch is
    /// asked for once.
    func runMany(
        _ sources: [InputSource], _ ring: KeyRing, _ given: DecryptionOptions, _ console: Console
    ) throws {
        var options = given
        options.openedBatches = OpenedBatches()
        options.lanes = FileLanes()
        let decryption = Decryption(keys: try ring.openers(), options: options)
        let verifiesFirst = verifyFirst
        let work = ManyOutputs.Work(
            verb: "decrypt", done: "decrypted", leftOut: "no containers",
            isWanted: { try ContainerMark.isContainer($0) },
            target: { try Self.plainName(of: $0) },
            isWhole: { _ in true },
            make: { input, output, progress in
                if verifiesFirst { _ = try decryption.run(input, to: nil) }
                let summary = try decryption.run(input, to: output, progress: progress)
                return ManyOutputs.Made(
                    plaintextByteCount: summary.plaintextByteCount,
                    containerByteCount: summary.containerByteCount,
                    members: [("context", summary.context.json)])
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
