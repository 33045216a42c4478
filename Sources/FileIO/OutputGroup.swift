internal import CLinux
internal import Glibc
internal import Synchronization

/// New files that get their names together, so that their data is made durable by one syncfs and not
/// by an fsync for each:
///
///     1. every file is written whole, under no name or a temporary one
///     2. syncfs: their data is on the disk
///     3. each file gets its name
///     4. syncfs: their names are on the disk
///
/// A name can only be on the disk after step 3 began, and the data of all files was on it before, so
/// no power cut finds part of a file under its name. Somebody is told of a file after step 4.
///
/// A file system's syncfs that fails does not say whose data it is: each file is then made durable by
/// itself, and those that fail are the ones. Several threads may add files; memory and descriptors
/// are those of two groups at most, one that fills and one that is made durable.
package final class OutputGroup: Sendable {
    /// Told once for each file: nothing, or why it is not there or may not survive a power cut.
    package typealias Completion = @Sendable (FileError?) -> Void

    private struct Pending: Sendable {
        let file: OutputFile
        let temporary: TemporaryFile
        let device: UInt64
        let completion: Completion
    }

    private struct State {
        var pending: [Pending] = []
        var byteCount: UInt64 = 0
    }

    private static let largestFileLimit = 16 << 10
    /// After so much, what is done already shall not be lost to an interruption.
    private static let byteLimit: UInt64 = 1 << 30
    /// Of descriptors, for everything else.
    private static let reservedDescriptorCount = 256

    private let fileLimit: Int
    private let state = Mutex(State())
    private let turn = Mutex(())

    /// - Parameter fileLimit: by default as many as descriptors allow, and no more than 16,384.
    package init(fileLimit: Int? = nil) {
        // A descriptor for each file and, at worst, one for its directory; of two groups.
        let room = (Self.raiseDescriptorLimit() - Self.reservedDescriptorCount) / 4
        self.fileLimit = max(1, min(fileLimit ?? Self.largestFileLimit, room))
    }

    /// Takes a file that was written whole: what ``OutputFile/commit(mode:modificationNanoseconds:)``
    /// does at once happens with the others of the group.
    package func add(
        _ file: OutputFile, mode: UInt32?, modificationNanoseconds: Int64?,
        completion: @escaping Completion
    ) throws(FileError) {
        guard let temporary = file.temporary else {
            preconditionFailure("output group: no new file")
        }
        let status = try file.settle(
            temporary, mode: mode, modificationNanoseconds: modificationNanoseconds)
        let full = state.withLock { state -> [Pending] in
            state.pending.append(
                Pending(
                    file: file, temporary: temporary, device: status.identity.device,
                    completion: completion))
            state.byteCount += status.byteCount
            guard state.pending.count >= fileLimit || state.byteCount >= Self.byteLimit else {
                return []
            }
            return Self.take(&state)
        }
        finish(full)
    }

    /// The end of all files: returns when each was told of.
    package func finish() { finish(state.withLock { Self.take(&$0) }) }

    private static func take(_ state: inout State) -> [Pending] {
        defer { state = State() }
        return state.pending
    }

    /// One group at a time, so that no more than one other fills meanwhile.
    private func finish(_ group: [Pending]) {
        guard !group.isEmpty else { return }
        turn.withLock { _ in
            let written = Self.synchronize(group) { (pending) throws(SystemError) in
                try pending.temporary.descriptor.synchronize()
            }
            var named: [Pending] = []
            var failed = written.failed
            for pending in written.durable {
                do throws(FileError) {
                    try pending.temporary.giveName(replacing: pending.file.replacing)
                    named.append(pending)
                } catch { failed.append((pending, error)) }
            }
            let kept = Self.synchronize(named) { (pending) throws(SystemError) in
                try pending.temporary.directory.synchronize()
            }
            for pending in kept.durable { pending.completion(nil) }
            for (pending, error) in failed + kept.failed { pending.completion(error) }
        }
    }

    /// Makes all files durable by one call for each file system; where that fails, one by one.
    private static func synchronize(
        _ group: [Pending], one: (Pending) throws(SystemError) -> Void
    ) -> (durable: [Pending], failed: [(Pending, FileError)]) {
        var isDurable: [UInt64: Bool] = [:]
        for pending in group where isDurable[pending.device] == nil {
            do throws(SystemError) {
                try pending.temporary.directory.synchronizeFileSystem()
                isDurable[pending.device] = true
            } catch { isDurable[pending.device] = false }
        }
        var durable: [Pending] = []
        var failed: [(Pending, FileError)] = []
        for pending in group {
            if isDurable[pending.device] == true {
                durable.append(pending)
                continue
            }
            do throws(SystemError) {
                try one(pending)
                durable.append(pending)
            } catch { failed.append((pending, .writing(pending.file.name, error))) }
        }
        return (durable, failed)
    }

    /// As many descriptors as the process may have: 1,024 are what it gets unless it asks.
    private static func raiseDescriptorLimit() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return 1024 }
        var raised = rlimit(rlim_cur: limit.rlim_max, rlim_max: limit.rlim_max)
        guard limit.rlim_cur < limit.rlim_max, unsafe setrlimit(resource, &raised) == 0 else {
            return Int(clamping: limit.rlim_cur)
        }
        return Int(clamping: raised.rlim_cur)
    }
}
