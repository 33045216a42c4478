internal import ArchiveIO
internal import Dispatch
internal import FileIO
internal import Synchronization

/// Writes small files on several threads, as making a file costs more than filling it.
///
/// Memory: ``capacity`` files of at most ``largestByteCount`` bytes. Each thread has
/// its own working directory, umask and writer.
final class SmallFileWriters: Sendable {
    static let largestByteCount: UInt64 = 128 << 10
    private static let capacity = 64

    /// `@unchecked Sendable`: made by one thread, used by another after it.
    private struct Job: @unchecked Sendable {
        let entry: ArchiveEntry
        let content: [UInt8]
        let path: [UInt8]
    }

    private let folder: StagingFolder
    private let options: DiskWriter.Options

    private struct State {
        var jobs: [Job] = []
        var failure: (any Error)?
        var report = RestoreReport()
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let room = DispatchSemaphore(value: 0)
    private let underWay = DispatchGroup()
    private let threads = DispatchGroup()
    private let threadCount: Int
    private let refuse: @Sendable (RestoreRefusal) -> Void

    init(
        _ folder: StagingFolder, threadCount: Int, options: DiskWriter.Options,
        refuse: @escaping @Sendable (RestoreRefusal) -> Void
    ) {
        self.folder = folder
        self.options = options
        self.threadCount = threadCount
        self.refuse = refuse
        for _ in 0..<Self.capacity { room.signal() }
        for _ in 0..<threadCount {
            threads.enter()
            // Not of a pool, whose threads somebody else uses afterwards.
            let isStarted = BlockingThread.start {
                do {
                    try folder.asWorkingDirectory { isOwn in
                        guard isOwn else { throw ArchiveError.libraryFailure("unshare") }
                        self.work()
                    }
                } catch {
                    self.state.withLock { $0.failure = $0.failure ?? error }
                    self.work()
                }
                self.threads.leave()
            }
            if !isStarted {
                threads.leave()
                state.withLock { $0.failure = ArchiveError.libraryFailure("no thread") }
            }
        }
    }

    /// Hands a whole file over; waits for room.
    ///
    /// - Throws: what an earlier file met that stops everything.
    func write(_ entry: ArchiveEntry, _ content: [UInt8], path: [UInt8]) throws {
        room.wait()
        let failure = state.withLock { state in
            if state.failure == nil {
                underWay.enter()
                state.jobs.append(Job(entry: entry, content: content, path: path))
            }
            return state.failure
        }
        if let failure {
            room.signal()
            throw failure
        }
        filled.signal()
    }

    /// Returns when all files handed over are written.
    func drain() throws {
        underWay.wait()
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Ends the threads; what the files lack is in the report.
    func close() -> RestoreReport {
        underWay.wait()
        for _ in 0..<threadCount { filled.signal() }
        threads.wait()
        return state.withLock { $0.report }
    }

    private func work() {
        var writer: DiskWriter?
        while true {
            filled.wait()
            let (job, isStopped) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.failure != nil)
            }
            guard let job else { return }
            if !isStopped {
                do {
                    if try !writePlain(job) {
                        let disk = try writer ?? DiskWriter(options)
                        writer = disk
                        try write(job, disk)
                    }
                } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
            underWay.leave()
            room.signal()
        }
    }

    /// False where libarchive has to do it, or to say what is in the way.
    private func writePlain(_ job: Job) throws -> Bool {
        guard job.entry.isPlainFile, let user = UInt32(exactly: job.entry.owner),
            let group = UInt32(exactly: job.entry.group)
        else { return false }
        let file = PlainFile(
            FilePath(bytes: job.path), mode: job.entry.mode,
            owner: options.setsOwner ? (user, group) : nil,
            time: FileTime(seconds: job.entry.seconds, nanoseconds: job.entry.nanoseconds))
        do throws(SystemError) {
            let missing = unsafe try file.make(job.content.span.bytes, in: folder)
            guard let missing else { return false }
            done(job, missing.map(DiskWriter.Loss.init))
        } catch {
            let failure = ArchiveError.cannotWrite(number: error.number, error.text)
            refuse(try MemberRestorer.refusal(failure, job.path))
            state.withLock { $0.report.refusedCount += 1 }
        }
        return true
    }

    private func done(_ job: Job, _ losses: [DiskWriter.Loss?]) {
        state.withLock { state in
            for loss in losses { state.report.add(loss) }
            state.report.memberCount += 1
            state.report.byteCount += UInt64(job.content.count)
        }
    }

    private func write(_ job: Job, _ disk: DiskWriter) throws {
        do {
            var losses = [try disk.begin(job.entry)]
            if !job.content.isEmpty {
                losses.append(
                    unsafe try job.content.withUnsafeBytes { (bytes) throws(ArchiveError) in
                        unsafe try disk.write(bytes, at: 0)
                    })
            }
            losses.append(try disk.finish())
            done(job, losses)
        } catch let error as ArchiveError {
            refuse(try MemberRestorer.refusal(error, job.path))
            state.withLock { $0.report.refusedCount += 1 }
        }
    }
}

extension DiskWriter.Loss {
    fileprivate init(_ attribute: PlainFile.Attribute) {
        self =
            switch attribute {
            case .owner: .owner
            case .mode: .mode
            case .time: .time
            }
    }
}
