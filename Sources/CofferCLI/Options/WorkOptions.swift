import ArgumentParser
import Envelope

/// How the work is spread.
struct WorkOptions: ParsableArguments {
    @Option(
        name: [.customShort("T", allowingJoined: true), .long],
        help: ArgumentHelp("Worker threads; 0 for one per core.", valueName: "n"))
    var threads = 0

    var workerCount: Int {
        get throws {
            guard (0...WorkerCount.largest).contains(threads) else {
                throw Failure.usage(
                    "\(threads) threads: use 1…\(WorkerCount.largest), or 0 for one per core")
            }
            return threads == 0 ? WorkerCount.automatic : threads
        }
    }
}
