import Dispatch
import Synchronization
import Testing

@testable import StreamPipeline

/// Pieces of numbers instead of bytes: what the pipeline promises for any work.
@Suite struct StreamPipelineTests {
    static let workerCounts = [1, 2, 3, 8, 64]

    @Test(
        "R30: every piece is delivered once, in order, whatever the number of workers",
        arguments: workerCounts)
    func order(workers: Int) throws {
        for length in [1, 2, workers - 1, workers, workers + 1, 500] where length > 0 {
            let stream = Stream(length: UInt64(length))
            try stream.run(workers)
            #expect(stream.delivered == Array(0..<UInt64(length)))
            #expect(stream.state.claims == UInt64(length))
        }
    }

    @Test("A stream without pieces ends at once", arguments: workerCounts)
    func empty(workers: Int) throws {
        let stream = Stream(length: 0)
        try stream.run(workers)
        #expect(stream.delivered == [])
    }

    @Test(
        "R29: a piece that fails is reported, all before it are delivered and none after it",
        arguments: workerCounts, Stream.Stage.allCases)
    func failure(workers: Int, stage: Stream.Stage) {
        for failing in UInt64(0)..<12 {
            let stream = Stream(length: 12, failures: [failing: stage])
            #expect(throws: Stream.Failure(index: failing, stage: stage)) {
                try stream.run(workers)
            }
            #expect(stream.delivered == Array(0..<failing))
        }
    }

    @Test(
        "R29: of several failing pieces the earliest is reported, in whatever order they fail",
        arguments: workerCounts)
    func earliestFailure(workers: Int) {
        for first in UInt64(0)..<6 {
            for second in first + 1..<8 {
                for stage in Stream.Stage.allCases {
                    for later in Stream.Stage.allCases {
                        let stream = Stream(
                            length: 9, failures: [first: stage, second: later], slow: first)
                        #expect(throws: Stream.Failure(index: first, stage: stage)) {
                            try stream.run(workers)
                        }
                        #expect(stream.delivered == Array(0..<first))
                    }
                }
            }
        }
    }

    @Test("After a failure to claim nobody claims again", arguments: workerCounts)
    func claimFailure(workers: Int) {
        let stream = Stream(length: 1000, failures: [5: .claim])
        #expect(throws: Stream.Failure(index: 5, stage: .claim)) { try stream.run(workers) }
        #expect(stream.state.claims == 6)
    }

    @Test(
        "After a failure elsewhere no more pieces are claimed than there are workers",
        arguments: workerCounts, [Stream.Stage.process, .deliver])
    func claimsStop(workers: Int, stage: Stream.Stage) {
        let stream = Stream(length: 100_000, failures: [3: stage])
        #expect(throws: Stream.Failure.self) { try stream.run(workers) }
        #expect(stream.state.claims <= UInt64(4 + workers))
    }

    @Test("When the pipeline has returned no worker runs any more", arguments: workerCounts)
    func nothingRunsAfterwards(workers: Int) {
        for failures: [UInt64: Stream.Stage] in [[:], [0: .process], [7: .deliver], [9: .claim]] {
            let stream = Stream(length: 40, failures: failures, slow: 8)
            _ = Result { try stream.run(workers) }
            #expect(stream.state.running == 0)
        }
    }

    @Test(
        "No more pieces are under way than there are workers, and one worker claims or delivers at a time",
        arguments: workerCounts)
    func bounds(workers: Int) throws {
        let stream = Stream(length: 400, slow: 17)
        try stream.run(workers)
        #expect(stream.state.mostUnderWay <= workers)
        #expect(!stream.state.overlapped)
    }

    @Test("A thousand short runs with many workers end, all the same")
    func stress() throws {
        for round in 0..<1000 {
            let failing = UInt64(round % 40)
            let workers = [2, 3, 64][round % 3]
            let stream = Stream(length: 30, failures: [failing: Stream.Stage.allCases[round % 3]])
            let result = Result { try stream.run(workers) }
            #expect(stream.delivered == Array(0..<min(failing, 30)))
            if case .success = result { #expect(failing >= 30) }
        }
    }

    @Test("A failure ends a claim that waits for input which never comes")
    func stalledInput() {
        let input = StalledInput()
        #expect(throws: Stream.Failure(index: 0, stage: .deliver)) {
            try StreamPipeline.run([Staller(input: input), Staller(input: input)]) {
                input.wake.signal()
            }
        }
    }

    @Test("A turnstile lets indices through in order and nobody after it was closed")
    func turnstile() {
        let turnstile = Turnstile(width: 3)
        #expect(turnstile.wait(for: 0))
        turnstile.pass(after: 0)
        #expect(turnstile.wait(for: 1))
        turnstile.close()
        #expect(!turnstile.wait(for: 2))
    }
}

/// A stream of numbers that fails where it is told to, and watches its workers.
final class Stream: Sendable {
    enum Stage: CaseIterable { case claim, process, deliver }

    struct Failure: Error, Equatable {
        let index: UInt64
        let stage: Stage
    }

    struct State {
        var claims: UInt64 = 0
        var delivered: [UInt64] = []
        var underWay = 0
        var mostUnderWay = 0
        var running = 0
        var calls = 0
        var exclusive = [false, false]
        var overlapped = false
    }

    private let length: UInt64
    private let failures: [UInt64: Stage]
    /// This piece takes its time, so that others overtake it.
    private let slow: UInt64?
    private let shared = Mutex(State())

    init(length: UInt64, failures: [UInt64: Stage] = [:], slow: UInt64? = nil) {
        self.length = length
        self.failures = failures
        self.slow = slow
    }

    var state: State { shared.withLock { $0 } }
    var delivered: [UInt64] { state.delivered }

    func run(_ workers: Int) throws {
        try StreamPipeline.run((0..<workers).map { _ in Worker(stream: self) }) {}
    }

    fileprivate func enter(_ index: UInt64, _ stage: Stage) throws {
        shared.withLock { state in
            state.calls += 1
            state.running += 1
            switch stage {
            case .claim:
                if state.exclusive[0] { state.overlapped = true }
                state.exclusive[0] = true
                if index < length {
                    state.claims += 1
                    state.underWay += 1
                    state.mostUnderWay = max(state.mostUnderWay, state.underWay)
                }
            case .process: break
            case .deliver:
                if state.exclusive[1] { state.overlapped = true }
                state.exclusive[1] = true
            }
        }
        if stage == .process, index == slow {
            // Long enough for the others to come to their end.
            for _ in 0..<2000 { _ = shared.withLock { $0.calls } }
        }
        defer {
            shared.withLock { state in
                state.running -= 1
                switch stage {
                case .claim: state.exclusive[0] = false
                case .process: break
                case .deliver:
                    state.exclusive[1] = false
                    state.underWay -= 1
                }
            }
        }
        if failures[index] == stage { throw Failure(index: index, stage: stage) }
        if stage == .deliver { shared.withLock { $0.delivered.append(index) } }
    }

    fileprivate func claim(_ index: UInt64) throws -> PipelineClaim {
        try enter(index, .claim)
        return index >= length ? .nothing : index == length - 1 ? .lastPiece : .piece
    }

    private final class Worker: PipelineWorker {
        private let stream: Stream
        init(stream: Stream) { self.stream = stream }
        func claim(_ index: UInt64) throws -> PipelineClaim { try stream.claim(index) }
        func process(_ index: UInt64) throws { try stream.enter(index, .process) }
        func deliver(_ index: UInt64) throws { try stream.enter(index, .deliver) }
    }
}

/// Brings one piece, and then nothing until it is woken.
private final class StalledInput: Sendable {
    let wake = DispatchSemaphore(value: 0)
    /// The second claim is under way.
    let stalled = DispatchSemaphore(value: 0)
}

private final class Staller: PipelineWorker {
    private let input: StalledInput

    init(input: StalledInput) { self.input = input }

    func claim(_ index: UInt64) throws -> PipelineClaim {
        guard index > 0 else { return .piece }
        input.stalled.signal()
        input.wake.wait()
        throw Stream.Failure(index: index, stage: .claim)
    }

    func process(_ index: UInt64) throws {}

    func deliver(_ index: UInt64) throws {
        input.stalled.wait()
        throw Stream.Failure(index: index, stage: .deliver)
    }
}
