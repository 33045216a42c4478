internal import Dispatch
package import FileIO
package import KeyProviders
internal import Synchronization

/// Makes a new container out of an old one: new file key, new salt, and so recipients of the old one
/// do not open it.
///
/// The plaintext goes from the one pipeline to the other through a pipe and is nowhere else. Context
/// and metadata are kept.
package struct Reencryption: Sendable {
    private let decryption: Decryption
    private let recipients: [any KeyProvider]
    private let options: EncryptionOptions

    package init(
        keys: [any KeyProvider], decryption: DecryptionOptions,
        recipients: [any KeyProvider], options: EncryptionOptions
    ) {
        self.decryption = Decryption(keys: keys, options: decryption)
        self.recipients = recipients
        self.options = options
    }

    /// Writes the new container; the caller commits the output. Throws unless the old one was whole
    /// to its end.
    package func run(
        _ input: InputFile, to output: OutputFile, progress: Progress = Progress()
    ) throws -> EncryptionSummary {
        let outcome = Mutex<Result<EncryptionSummary, any Error>?>(nil)
        let group = DispatchGroup()
        let decrypted = Result {
            try decryption.run(input, progress: progress) { head in
                let (reader, writer) = try Pipe.make()
                var options = options
                options.context = head.context
                options.metadata = head.metadata
                let encryption = Encryption(recipients: recipients, options: options)
                DispatchQueue(label: "coffer.reencryption").async(group: group) {
                    let result = Result { try encryption.run(reader, to: output) }
                    outcome.withLock { $0 = result }
                }
                return .file(writer)
            }
        }
        // The writer is gone by now, so the encryption has met its end.
        group.wait()
        let encrypted = outcome.withLock { $0 }
        // An encryption that failed closed the pipe: its reason comes first.
        if case .failure(let error) = encrypted { throw error }
        _ = try decrypted.get()
        guard let encrypted else { preconditionFailure("reencryption: nothing was encrypted") }
        return try encrypted.get()
    }
}
