internal import Dispatch
internal import Synchronization

/// Runs workers over a stream: each claims, processes and delivers in its turn.
///
///     worker 1   claim 0 ▸ process 0 ▸ deliver 0 ▸ claim 2 ▸ …
///     worker 2             claim 1 ▸ process 1 ▸ (wait) deliver 1 ▸ …
///
/// A failure is an outcome like any other and is delivered in its turn: everything before the
/// failing piece goes out, nothing after it, whatever the number of workers. Memory is bounded by
/// construction: a worker that waits for its turn holds its one piece and claims no other.
package final class StreamPipeline: Sendable {
    private struct State {
        var nextClaim: UInt64 = 0
        /// No more claims: the stream ended, or a piece failed.
        var isDrained = false
    }

    private let source = Mutex(State())
    private let turns: Turnstile
    private let failure = Mutex<(any Error)?>(nil)
    private let wakeClaims: @Sendable () -> Void

    private init(workerCount: Int, wakeClaims: @escaping @Sendable () -> Void) {
        turns = Turnstile(width: workerCount)
        self.wakeClaims = wakeClaims
    }

    /// Returns when the last piece was delivered and no worker runs any more.
    ///
    /// - Parameter onCallingThread: a lone worker has no thread of its own. Not for the main thread,
    ///   whose memory costs a library that allocates for each chunk ten times as much.
    /// - Parameter wakeClaims: called once a piece has failed, to end claims that wait for input:
    ///   nothing they could bring is wanted any more, and it may never come.
    /// - Throws: what the earliest failing piece threw.
    package static func run(
        _ workers: [any PipelineWorker], onCallingThread: Bool = false,
        wakeClaims: @escaping @Sendable () -> Void
    ) throws {
        let pipeline = StreamPipeline(workerCount: workers.count, wakeClaims: wakeClaims)
        if onCallingThread, workers.count == 1 {
            pipeline.run(workers[0])
        } else {
            let group = DispatchGroup()
            for (number, worker) in workers.enumerated() {
                // A queue each, so a thread each: a blocked worker must not hold up another.
                DispatchQueue(label: "coffer.pipeline.\(number)").async(group: group) {
                    pipeline.run(worker)
                }
            }
            group.wait()
        }
        if let error = pipeline.failure.withLock({ $0 }) { throw error }
    }

    private func run(_ worker: any PipelineWorker) {
        while let (index, claim) = claim(by: worker) {
            var outcome = claim
            if case .success = claim { outcome = Result { try worker.process(index) } }
            guard turns.wait(for: index) else { return }
            do {
                try outcome.get()
                try worker.deliver(index)
            } catch {
                failure.withLock { $0 = error }
                // Before the claim's lock is asked for: who waits for input holds it.
                wakeClaims()
                source.withLock { $0.isDrained = true }
                turns.close()
                return
            }
            turns.pass(after: index)
        }
    }

    /// The next piece, or the failure to read it: either way its index is taken.
    private func claim(by worker: any PipelineWorker) -> (UInt64, Result<Void, any Error>)? {
        source.withLock { state in
            guard !state.isDrained else { return nil }
            let index = state.nextClaim
            state.nextClaim += 1
            do {
                switch try worker.claim(index) {
                case .piece: break
                case .lastPiece: state.isDrained = true
                case .nothing:
                    state.isDrained = true
                    return nil
                }
                return (index, .success(()))
            } catch {
                state.isDrained = true
                return (index, .failure(error))
            }
        }
    }
}
