import ArgumentParser
import Envelope

/// How the work is spread.
struct WorkOptions: ParsableArguments {
    @Option(
        name: [.customShort("T", allowingJoined: true), .long],
        help: ArgumentHelp("Worker threads; 0 for one per core.", valueName: "n"))
    var threads: Int?

    /// `byDefault` is what the configuration says.
    func workerCount(byDefault: Int?) throws -> Int {
        if let threads, !(0...WorkerCount.largest).contains(threads) {
            throw Failure.usage(
                "\(threads) threads: use 1 to \(WorkerCount.largest), or 0 for one per core")
        }
        let count = min(threads ?? byDefault ?? 0, WorkerCount.largest)
        return count == 0 ? WorkerCount.automatic : count
    }
}
