internal import Dispatch
internal import Glibc
internal import Synchronization

/// Visits every regular file in trees of directories, on several threads.
///
/// One thread reads directories, the others visit what it found, in no particular order. Symbolic
/// links in a tree are not followed; devices, FIFOs and sockets are passed over; another file system
/// is not entered. What a person named is: a link to a directory, too.
///
/// Memory: the names of three batches of files for each thread, and of the directories still to be
/// read.
package struct TreeWalk: Sendable {
    package enum Finding: Equatable, Sendable {
        /// `isNamed`: it was given by its own name, not found in a directory.
        case file(FilePath, isNamed: Bool)
        /// A directory that could not be read, or a name that is neither file nor directory.
        case failed(FileError)
        /// A directory of another file system, which was left alone.
        case otherFileSystem(FilePath)
    }

    package static let defaultBatchSize = 16

    private let roots: [FilePath]
    private let workerCount: Int
    private let entersDirectories: Bool
    private let excluded: FileIdentity?
    private let batchSize: Int

    /// - Parameters:
    ///   - entersDirectories: otherwise every root is visited as a file, unseen.
    ///   - excluded: a directory that is passed over.
    ///   - batchSize: how many files a worker takes at once: more where the work on one is short.
    package init(
        _ roots: [FilePath], workerCount: Int, entersDirectories: Bool = true,
        excluding excluded: FileIdentity? = nil, batchSize: Int = TreeWalk.defaultBatchSize
    ) {
        self.roots = roots
        self.workerCount = max(1, workerCount)
        self.entersDirectories = entersDirectories
        self.excluded = excluded
        self.batchSize = batchSize
    }

    /// Returns when everything was visited. `visit` is called by all workers at once; it is told which
    /// one it is, from 0, so that they need not wait for each other to note something down.
    package func run(_ visit: @escaping @Sendable (Finding, _ worker: Int) -> Void) {
        let channel = BatchChannel(capacity: 2 * workerCount)
        let group = DispatchGroup()
        for number in 0..<workerCount {
            // A queue each, so a thread each: most of them wait for the disk most of the time.
            DispatchQueue(label: "coffer.tree.\(number)").async(group: group) {
                while let batch = channel.take() {
                    for finding in batch { visit(finding, number) }
                }
            }
        }
        var reader = Reader(channel: channel, excluded: excluded, batchSize: batchSize)
        for root in roots {
            if entersDirectories {
                reader.read(root: root)
            } else {
                reader.found(.file(root, isNamed: true))
            }
        }
        reader.flush()
        for _ in 0..<workerCount { channel.put(nil) }
        group.wait()
    }

    /// The one thread that reads directories.
    private struct Reader {
        let channel: BatchChannel
        let excluded: FileIdentity?
        let batchSize: Int
        private var batch: [Finding]

        init(channel: BatchChannel, excluded: FileIdentity?, batchSize: Int) {
            self.channel = channel
            self.excluded = excluded
            self.batchSize = batchSize
            batch = []
        }

        mutating func flush() {
            if !batch.isEmpty { channel.put(batch) }
            batch = []
        }

        mutating func found(_ finding: Finding) {
            batch.append(finding)
            if batch.count == batchSize { flush() }
        }

        mutating func read(root: FilePath) {
            do throws(SystemError) {
                let status = try FileStatus(root, followingLinks: true)
                switch status.kind {
                case .regular: found(.file(root, isNamed: true))
                case .directory: read(tree: root, device: status.identity.device)
                case .symbolicLink, .characterDevice, .other:
                    found(.failed(.notRegular(.path(root))))
                }
            } catch { found(.failed(.cannotOpen(.path(root), error))) }
        }

        /// The last directory found is read next, so that few wait.
        private mutating func read(tree root: FilePath, device: UInt64) {
            var waiting = [root]
            while let directory = waiting.popLast() {
                do throws(SystemError) {
                    var reader = try DirectoryReader(
                        directory, followingLinks: directory == root)
                    let identity = try reader.status().identity
                    guard identity.device == device else {
                        found(.otherFileSystem(directory))
                        continue
                    }
                    if identity == excluded { continue }
                    while let entries = try reader.next() {
                        for entry in entries {
                            let path = directory.appending(component: entry.name)
                            switch try kind(entry, path) {
                            case .directory: waiting.append(path)
                            case .regular: found(.file(path, isNamed: false))
                            case .other, .unknown: break
                            }
                        }
                    }
                } catch {
                    // A directory that went meanwhile holds nothing any more.
                    if error != .noSuchFile || directory == root {
                        found(.failed(.cannotOpen(.path(directory), error)))
                    }
                }
            }
        }

        private func kind(
            _ entry: DirectoryReader.Entry, _ path: FilePath
        ) throws(SystemError) -> DirectoryReader.Entry.Kind {
            guard case .unknown = entry.kind else { return entry.kind }
            do throws(SystemError) {
                switch try FileStatus(path, followingLinks: false).kind {
                case .directory: return .directory
                case .regular: return .regular
                case .symbolicLink, .characterDevice, .other: return .other
                }
            } catch {
                guard error == .noSuchFile else { throw error }
                return .other
            }
        }
    }
}

/// Batches on their way from the reader to the workers: no more than `capacity` at once.
private final class BatchChannel: Sendable {
    private let batches = Mutex<[[TreeWalk.Finding]?]>([])
    private let filled = DispatchSemaphore(value: 0)
    private let room: DispatchSemaphore

    init(capacity: Int) { room = DispatchSemaphore(value: capacity) }

    /// Waits for room. nil tells one worker that nothing comes any more.
    func put(_ batch: [TreeWalk.Finding]?) {
        room.wait()
        batches.withLock { $0.append(batch) }
        filled.signal()
    }

    func take() -> [TreeWalk.Finding]? {
        filled.wait()
        let batch = batches.withLock { $0.removeFirst() }
        room.signal()
        return batch
    }
}
