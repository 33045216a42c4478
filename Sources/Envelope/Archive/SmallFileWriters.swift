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
                        self.work(options)
                    }
                } catch {
                    self.state.withLock { $0.failure = $0.failure ?? error }
                    self.work(options)
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

    private func work(_ options: DiskWriter.Options) {
        var writer: DiskWriter?
        while true {
            filled.wait()
            let (job, isStopped) = state.withLock { state in
                (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.failure != nil)
            }
            guard let job else { return }
            if !isStopped {
                do {
                    let disk = try writer ?? DiskWriter(options)
                    writer = disk
                    try write(job, disk)
                } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
            underWay.leave()
            room.signal()
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
            let found = losses
            state.withLock { state in
                for loss in found { state.report.add(loss) }
                state.report.memberCount += 1
                state.report.byteCount += UInt64(job.content.count)
            }
        } catch let error as ArchiveError {
            refuse(try MemberRestorer.refusal(error, job.path))
            state.withLock { $0.report.refusedCount += 1 }
        }
    }
}
