internal import ArchiveIO
internal import ContainerFormat
package import FileIO
internal import Synchronization

/// Restores an archive while it is decrypted, into a folder that nobody sees before the container's
/// end is authentic.
package final class ArchiveRestore: ArchiveConsumer, @unchecked Sendable {
    package let folder: StagingFolder
    private let options: RestoreOptions
    private let refuse: @Sendable (RestoreRefusal) -> Void
    private let report = Mutex(RestoreReport())

    /// `refuse` is told, from any thread, what is left out.
    package init(
        into folder: StagingFolder, options: RestoreOptions,
        refuse: @escaping @Sendable (RestoreRefusal) -> Void
    ) {
        self.folder = folder
        self.options = options
        self.refuse = refuse
    }

    override func parse(_ reader: ArchiveReader) throws {
        let done = try folder.asWorkingDirectory { isOwn in
            let restorer = try MemberRestorer(
                folder, options, usesThreads: isOwn, refuse: refuse)
            return try restorer.restore(reader) { $0.path }
        }
        report.withLock { $0 = done }
    }

    /// Waits for the last member; all of it is on the disk afterwards. The caller publishes the folder.
    package func finish() throws -> RestoreReport {
        try join()
        try folder.synchronize()
        return report.withLock { $0 }
    }
}
