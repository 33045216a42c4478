import Envelope
import FileIO
import KeyProviders

/// Replaces a container's file by a new container when that is whole.
struct FileReencryption {
    let openers: [any KeyProvider]
    let recipients: [any KeyProvider]
    let options: EncryptionOptions

    /// - Parameter update: holds the file, so that no rewrap of it comes between.
    func run(
        _ path: FilePath, _ update: HeaderUpdate, progress: Progress
    ) throws -> EncryptionSummary {
        var decryption = DecryptionOptions()
        decryption.workerCount = options.workerCount
        decryption.engine = options.engine
        let output = try OutputFile(path: path, replacing: true)
        let summary = try Reencryption(
            keys: openers, decryption: decryption, recipients: recipients, options: options
        ).run(update.input, to: output, progress: progress)
        try output.commit(
            mode: update.input.mode,
            modificationNanoseconds: update.input.modificationNanoseconds)
        return summary
    }
}
