internal import ContainerFormat
package import FileIO
package import KeyProviders

/// Encrypts trees into one archive container, without a plaintext file in between.
package struct ArchiveEncryption: Sendable {
    /// What goes into the archive.
    package struct Selection: Sendable {
        package var roots: [MemberWalk.Root]
        /// Where relative names begin; the working directory by default.
        package var base: FilePath?
        package var excluded: [PathPattern] = []
        package var staysOnFileSystem = false

        package init(roots: [MemberWalk.Root]) { self.roots = roots }
    }

    private let encryption: Encryption

    package init(recipients: [any KeyProvider], options: EncryptionOptions) {
        var options = options
        var metadata = Metadata()
        metadata.isArchive = true
        options.metadata = metadata
        encryption = Encryption(recipients: recipients, options: options)
    }

    /// Writes the whole container; the caller commits the output.
    ///
    /// `found` is told, from any thread, what is missing or changed.
    package func run(
        _ selection: Selection, to output: OutputFile, progress: Progress,
        found: @escaping @Sendable (ArchiveFinding) -> Void
    ) throws -> (summary: EncryptionSummary, memberCount: UInt64) {
        let walk = try MemberWalk(
            selection.roots, base: selection.base, excluded: selection.excluded,
            skipped: try output.identities(), staysOnFileSystem: selection.staysOnFileSystem)
        let stream = try ArchiveStream(walk, found: found)
        let summary = try encryption.run(stream, to: output, progress: progress)
        return (summary, stream.memberCount)
    }
}
