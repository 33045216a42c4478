import Envelope
import FileIO
import Synchronization

/// `inspect -R`: reads the headers of all containers in trees and says which keys they need.
struct InventoryRun {
    let console: Console
    let workerCount: Int

    /// What one thread counted: a lock that all of them took for each file would cost more than the
    /// rest of the work.
    private final class Counted: Sendable {
        let inventory = Mutex(Inventory())
    }

    func run(_ paths: [FilePath]) throws {
        guard !paths.isEmpty else {
            throw Failure.usage("nothing to inspect", "coffer inspect -R DIR")
        }
        let batch = TreeBatch(console: console, workerCount: workerCount)
        let counted = (0..<batch.workerCount).map { _ in Counted() }
        batch.run(paths) { path, isNamed, worker in
            guard let entry = try Inventory.entry(path, isNamed: isNamed) else { return }
            counted[worker].inventory.withLock { $0.add(entry) }
        }
        var inventory = Inventory()
        for part in counted { inventory.add(part.inventory.withLock { $0 }) }
        let failureCount = batch.failureCount
        let report = InventoryReport(
            paths, inventory, failureCount: failureCount, skipped: batch.skipped)
        try console.result(report.json, text: report.text)
        try batch.conclude(
            of: inventory.containerCount + failureCount,
            hint: "what these need is not in the inventory: keep every key until they are mended")
    }
}
