import Envelope
import FileIO
import KeyProviders
import Synchronization

extension EncryptCommand {
    /// Makes a container of each of many files, several at a time. Keys of services are asked once for
    /// a batch of them, unless that is not wanted.
    func runMany(
        _ sources: [InputSource], _ recipients: [any KeyProvider], _ given: EncryptionOptions,
        _ console: Console
    ) throws {
        var options = given
        options.lanes = FileLanes()
        let (shared, storesName) = (options, storeName)
        let recipients = noBatch ? recipients : recipients.map { BatchRecipient($0) ?? $0 }
        defer { for recipient in recipients { recipient.forget() } }
        let missing = MissingOnce(console)
        let isBeside = many.outputDir == nil
        let work = ManyOutputs.Work(
            verb: "encrypt", done: "encrypted",
            leftOut: isBeside ? "containers are not encrypted again" : "unfinished outputs",
            isWanted: { path in
                !ContainerMark.isByproduct(path) && !(isBeside && ContainerMark.isPromised(path))
            },
            target: { $0.appending(suffix: ContainerMark.suffix) },
            isWhole: { path in
                do {
                    _ = try StructureCheck().run(InputSource.open(found: path))
                    return true
                } catch { return false }
            },
            make: { input, output, progress in
                var options = shared
                if storesName { options.metadata = try Self.metadata(input) }
                let summary = try Encryption(recipients: recipients, options: options)
                    .run(input, to: output, progress: progress)
                missing.note(summary.missing)
                return ManyOutputs.Made(summary, input.name)
            })
        try ManyOutputs(
            work, many, replacing: output.force, workerCount: options.workerCount,
            console: console
        ).run(sources.compactMap(\.path), recursive: recursive) { error, name in
            var failure = Failure(explaining: error, file: name)
            if case FileError.isDirectory = error {
                failure.hints = ["every file below it: coffer encrypt -R \(name.displayText)"]
            }
            return failure
        }
    }
}

/// Says once of all containers of a run which recipient they are without.
private final class MissingOnce: Sendable {
    private let console: Console
    private let named = Mutex<Set<String>>([])

    init(_ console: Console) { self.console = console }

    func note(_ missing: [MissingRecipient]) {
        for recipient in missing {
            guard named.withLock({ $0.insert(recipient.name).inserted }) else { continue }
            console.warning(
                "containers of this run are without a recipient: "
                    + Failure(recipient.reason, key: recipient.name).message,
                hints: ["add it when that is mended: coffer rewrap -R --complete -k …"])
        }
    }
}

extension ManyOutputs.Made {
    fileprivate init(_ summary: EncryptionSummary, _ source: FileName) {
        self.init(
            plaintextByteCount: summary.plaintextByteCount,
            containerByteCount: summary.containerByteCount)
        members = [("input_grew", .flag(summary.inputGrew))]
        if !summary.missing.isEmpty {
            members.append(("missing", .list(summary.missing.map { .text($0.name) })))
        }
        if summary.inputGrew {
            warning = (
                "\(source.displayText) grew while it was read: what was added is not in its container",
                "encrypt it again when nobody writes to it"
            )
        }
    }
}
