import ArgumentParser
import CofferConfiguration
import Envelope

/// How the work is spread.
struct WorkOptions: ParsableArguments {
    @Option(
        name: [.customShort("T", allowingJoined: true), .long],
        help: ArgumentHelp("Worker threads; 0 for one per core.", valueName: "n"))
    var threads: Int?

    /// What a number of threads may be, here and in the configuration.
    static let rule = "use 1 to \(Defaults.threadCounts.upperBound), or 0 for one per core"

    /// For work that waits for the disk most of the time: more than there are cores, unless somebody
    /// says how many.
    func waitingWorkerCount(byDefault: Int?) throws -> Int {
        guard threads == nil, byDefault == nil else { return try workerCount(byDefault: byDefault) }
        return Self.waiting
    }

    private static let waiting = 16

    /// `byDefault` is what the configuration says.
    func workerCount(byDefault: Int?) throws -> Int {
        if let threads, !Defaults.threadCounts.contains(threads) {
            throw Failure.usage("\(threads) threads: \(Self.rule)")
        }
        let count = threads ?? byDefault ?? 0
        return count == 0 ? WorkerCount.automatic : count
    }
}
