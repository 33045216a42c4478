import Envelope
import FileIO
import Synchronization

/// One verb over all containers of trees, on several threads: a bad one is reported at once and does
/// not keep the others from being done.
final class TreeBatch: Sendable {
    /// What happened so far.
    private struct State {
        var failureCount: UInt64 = 0
        /// The first ones; a tree may have a million.
        var failures: [Failure] = []
        var skipped: [FilePath] = []
        /// Files that were locked: another name of one may be worked on by another thread.
        var postponed: [FilePath] = []
        /// Why nothing more was begun.
        var ending: Failure?
    }

    private static let keptFailureCount = 100
    /// Of files whose data is worked on, so that a few of them keep all threads busy.
    static let heavyBatchSize = 4

    private let console: Console
    let workerCount: Int
    private let state = Mutex(State())
    /// What failed would fail for every file, or nobody reads what is said any more.
    private let isOver = Atomic<Bool>(false)
    private let onFailure: @Sendable (Failure) -> Void

    /// - Parameter onFailure: told of each failed file, by one thread at a time.
    init(
        console: Console, workerCount: Int,
        onFailure: @escaping @Sendable (Failure) -> Void = { _ in }
    ) {
        self.console = console
        self.workerCount = max(1, workerCount)
        self.onFailure = onFailure
    }

    /// Calls `body` for every file, on all threads at once. `isNamed` tells one that a person named
    /// from one that was found; `worker` is the thread's number, from 0. A file that is locked is
    /// tried once more when all others are done.
    func run(
        _ paths: [FilePath],
        explain: @escaping @Sendable (any Error, FileName) -> Failure = {
            Failure(explaining: $0, file: $1)
        },
        body: @escaping @Sendable (FilePath, _ isNamed: Bool, _ worker: Int) throws -> Void
    ) {
        run(TreeWalk(paths, workerCount: workerCount), explain: explain, body: body)
    }

    /// The same over a walk with rules of its own.
    func run(
        _ walk: TreeWalk, explain: @escaping @Sendable (any Error, FileName) -> Failure,
        body: @escaping @Sendable (FilePath, _ isNamed: Bool, _ worker: Int) throws -> Void
    ) {
        walk.run { [self] finding, worker in
            guard !isOver.load(ordering: .relaxed) else { return }
            switch finding {
            case .file(let path, let isNamed):
                do {
                    try body(path, isNamed, worker)
                } catch FileError.locked where !isNamed {
                    state.withLock { $0.postponed.append(path) }
                } catch { failed(explain(error, .path(path))) }
            case .failed(let error): failed(Failure(error))
            case .otherFileSystem(let path): skip(path)
            }
        }
        for path in state.withLock({ $0.postponed })
        where !isOver.load(ordering: .relaxed) {
            do {
                try body(path, false, 0)
            } catch { failed(explain(error, .path(path))) }
        }
    }

    var failureCount: UInt64 { state.withLock { $0.failureCount } }

    /// Whether nothing more is begun.
    var isEnded: Bool { isOver.load(ordering: .relaxed) }

    /// Directories that were not entered.
    var skipped: [FilePath] { state.withLock { $0.skipped } }

    /// - Parameter count: of all files, those included that failed.
    /// - Throws: what sums up the failures; exit code 1 if only some failed or a directory was left
    ///   out, theirs if all failed for one reason.
    func conclude(of count: UInt64, noun: String = "containers", hint: String) throws {
        let state = state.withLock { $0 }
        if let ending = state.ending { throw ending }
        guard state.failureCount > 0 else {
            if !state.skipped.isEmpty { throw ExitStatus(code: FailureCode.partial.exitCode) }
            return
        }
        throw Failure(
            summing: state.failures, all: state.failureCount == count,
            "\(state.failureCount) of \(count) \(noun) failed", hints: [hint])
    }

    /// Begins nothing more, and ends with `failure`.
    func end(_ failure: Failure) {
        isOver.store(true, ordering: .relaxed)
        state.withLock { if $0.ending == nil { $0.ending = failure } }
    }

    func failed(_ failure: Failure) {
        guard failure.code != .brokenPipe else { return end(failure) }
        state.withLock { state in
            // Under the lock, so that what is said of two files does not mix.
            if !console.isJSON { console.report(failure) }
            onFailure(failure)
            state.failureCount += 1
            if state.failures.count < Self.keptFailureCount { state.failures.append(failure) }
        }
    }

    private func skip(_ path: FilePath) {
        state.withLock { state in
            console.warning(
                "'\(path.displayText)' is another file system and was left out",
                hints: ["name it as well: \(path.displayText)"])
            state.skipped.append(path)
        }
    }
}
