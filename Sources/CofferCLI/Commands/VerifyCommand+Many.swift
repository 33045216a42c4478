import Envelope
import FileIO
import Synchronization

extension VerifyCommand {
    /// Whether containers are checked several at a time.
    func isMany(_ sources: [InputSource]) throws -> Bool {
        guard !sources.contains(.standardInput) else {
            guard tree.recursive else { return false }
            throw Failure.usage("standard input is no directory", "coffer verify -R DIR")
        }
        return tree.recursive || sources.count > 1
    }

    /// Calls `check` for every container and says at the end which were bad; of many, several are
    /// checked at a time, in no particular order.
    ///
    /// - Parameter check: says what it finds, and returns how much plaintext that was.
    func each(
        _ sources: [InputSource], _ console: Console, workerCount: Int,
        explain: @escaping @Sendable (any Error, FileName) -> Failure = {
            Failure(explaining: $0, file: $1)
        },
        check: @escaping @Sendable (InputSource, Console) throws -> UInt64
    ) throws {
        guard try isMany(sources) else {
            return try Batch.run(sources, name: \.name, console: console) { source in
                do {
                    _ = try check(source, console)
                } catch { throw explain(error, source.name) }
                return .done
            }
        }
        var quiet = console
        quiet.progress = .never
        // Of a tree only bad ones are named, unless somebody wants to hear of all.
        quiet.isQuiet = console.isQuiet || tree.recursive && !console.isVerbose
        let each = quiet
        let batch = TreeBatch(console: console, workerCount: workerCount)
        let totals = VerifyTotals()
        let walk = TreeWalk(
            sources.compactMap(\.path), workerCount: workerCount,
            entersDirectories: tree.recursive, batchSize: TreeBatch.heavyBatchSize)
        batch.run(walk, explain: explain) { path, isNamed, _ in
            guard try isNamed || ContainerMark.isContainer(path) else { return }
            let byteCount = try check(.path(path), each)
            totals.value.withLock { $0 = ($0.count + 1, $0.byteCount + byteCount) }
        }
        let total = totals.value.withLock { $0 }
        let count = total.count + batch.failureCount
        if tree.recursive { try show(total, of: count, batch, console) }
        try batch.conclude(
            of: count, hint: "get another copy of those that are damaged")
    }

    private func show(
        _ total: (count: UInt64, byteCount: UInt64), of count: UInt64, _ batch: TreeBatch,
        _ console: Console
    ) throws(FileError) {
        let outcome =
            structure
            ? "whole in structure, UNVERIFIED: no key was used"
            : "verified, \(ByteCount.text(total.byteCount))"
        try console.result(
            .object([
                ("verb", .text("verify")), ("event", .text("total")),
                ("structure", .flag(structure)), ("containers", .number(count)),
                ("done", .number(total.count)), ("failed", .number(batch.failureCount)),
                ("plaintext_bytes", structure ? .null : .number(total.byteCount)),
                ("other_file_systems", .list(batch.skipped.map(JSONValue.path))),
            ]),
            text: console.isQuiet
                ? ""
                : "\(count) containers: \(batch.failureCount) failed, \(total.count) \(outcome)\n")
    }
}

/// Shared by the threads of a run.
private final class VerifyTotals: Sendable {
    let value = Mutex((count: UInt64(0), byteCount: UInt64(0)))
}
