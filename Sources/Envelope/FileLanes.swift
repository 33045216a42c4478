internal import ContainerFormat
internal import Synchronization

/// What a command that works on many files at once shares between them.
///
/// Small files are worked on by a thread each, with the memory and the zstd context of the file before;
/// of large ones one at a time has all workers. However many files there are, memory is that of one
/// large file and of a small one for each of T threads:
///
///     small: no longer than a chunk of at most 4 MiB     T × (3 chunks + 1 MiB)
///     large: everything else                             as WorkerCount says
package final class FileLanes: Sendable {
    private let wide = Mutex(())
    private let sealingKits = Mutex<[SealingKit]>([])
    private let openingKits = Mutex<[OpeningKit]>([])

    package init() {}

    /// Runs `body`, of which no two that are wide run at once. Without lanes nobody else runs.
    static func run(
        _ lanes: FileLanes?, isWide: Bool, _ body: () throws -> Void
    ) throws {
        guard let lanes, isWide else { return try body() }
        try lanes.wide.withLock { _ in try body() }
    }

    /// A kit that another file has done with, or a new one.
    func sealingKit(capacity: Int, _ options: EncryptionOptions) throws -> SealingKit {
        let kit = sealingKits.withLock { $0.popLast() }
        if let kit, kit.fits(capacity, options) { return kit }
        return try SealingKit(capacity: capacity, options)
    }

    func giveBack(_ kit: SealingKit) { sealingKits.withLock { $0.append(kit) } }

    func openingKit(_ preamble: Preamble, _ options: DecryptionOptions) throws -> OpeningKit {
        let kit = openingKits.withLock { $0.popLast() }
        if let kit, kit.fits(preamble) { return kit }
        return try OpeningKit(preamble, options)
    }

    func giveBack(_ kit: OpeningKit) { openingKits.withLock { $0.append(kit) } }
}
