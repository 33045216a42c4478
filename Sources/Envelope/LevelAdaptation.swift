internal import Synchronization

/// Which compression level the output can take: higher while the output is slower than the workers
/// compress, lower while it waits for them.
///
/// A decision is made once the workers have delivered a few chunks each. Where the output is slower
/// the level rises by one; where it is twice as fast as the workers it falls by one, where four times
/// by two. Between the two it stays, so that it does not go to and fro.
struct LevelAdaptation: Equatable, Sendable {
    /// Beyond it zstd takes more memory than it saves bytes.
    static let levels = 1...15

    private(set) var level: Int
    /// The levels that were used.
    private(set) var used: ClosedRange<Int>
    private let workerCount: Int
    private let windowChunkCount: Int
    private var chunkCount = 0
    private var workNanoseconds: UInt64 = 0
    private var outputNanoseconds: UInt64 = 0

    init(level: Int, workerCount: Int) {
        self.level = min(max(level, Self.levels.lowerBound), Self.levels.upperBound)
        used = self.level...self.level
        self.workerCount = max(1, workerCount)
        windowChunkCount = 4 * self.workerCount
    }

    /// One chunk took `work` to compress and seal on its worker, and `output` to be written, which
    /// one worker does at a time.
    mutating func delivered(work: UInt64, output: UInt64) {
        chunkCount += 1
        workNanoseconds += work
        outputNanoseconds += output
        guard chunkCount >= windowChunkCount else { return }
        let pace = workNanoseconds / UInt64(workerCount)
        if outputNanoseconds > pace {
            change(by: 1)
        } else if outputNanoseconds < pace / 4 {
            change(by: -2)
        } else if outputNanoseconds < pace / 2 {
            change(by: -1)
        }
        chunkCount = 0
        workNanoseconds = 0
        outputNanoseconds = 0
    }

    private mutating func change(by step: Int) {
        level = min(max(level + step, Self.levels.lowerBound), Self.levels.upperBound)
        used = min(used.lowerBound, level)...max(used.upperBound, level)
    }
}

/// The one that all workers of a container share.
final class SharedLevel: Sendable {
    private let adaptation: Mutex<LevelAdaptation>

    init(_ adaptation: LevelAdaptation) { self.adaptation = Mutex(adaptation) }

    var level: Int { adaptation.withLock(\.level) }

    var used: ClosedRange<Int> { adaptation.withLock(\.used) }

    func delivered(work: UInt64, output: UInt64) {
        adaptation.withLock { $0.delivered(work: work, output: output) }
    }
}
