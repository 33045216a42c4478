internal import CLinux
internal import Dispatch
internal import Glibc
internal import Synchronization

/// The named temporary files of this process, so that a signal leaves none of them behind.
///
/// Names are created, published and removed under one lock. The signal thread takes the same lock
/// and never gives it back, so no file appears or changes its name between the last clean-up and the
/// end of the process.
final class TemporaryRegistry: Sendable {
    static let shared = TemporaryRegistry()

    /// `directory` is a descriptor that stays open while the entry is here.
    struct Entry: Hashable, Sendable {
        let directory: Int32
        let name: FilePath
    }

    private let entries = Mutex<Set<Entry>>([])
    /// Who is at work that a signal has to wait for. Entered under the lock, left without it.
    private let shielded = DispatchGroup()

    /// Creates a name and remembers it, or neither.
    func create<E: Error>(
        _ entry: Entry, _ body: () throws(E) -> Descriptor
    ) throws(E) -> Descriptor {
        try entries.withLock { (entries) throws(E) -> Descriptor in
            let descriptor = try body()
            entries.insert(entry)
            return descriptor
        }
    }

    /// Gives a name away: afterwards `entry` is the business of nobody here.
    func publish<E: Error>(_ entry: Entry?, _ body: () throws(E) -> Void) throws(E) {
        try entries.withLock { (entries) throws(E) in
            try body()
            if let entry { entries.remove(entry) }
        }
    }

    func remove(_ entry: Entry) {
        entries.withLock { entries in
            if entries.remove(entry) != nil { Self.unlink(entry) }
        }
    }

    /// Work that a signal has to wait for, as it leaves a file half changed. Several threads may be
    /// at it at once; none of them creates, publishes or removes a name here meanwhile.
    func shielding<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        entries.withLock { _ in shielded.enter() }
        defer { shielded.leave() }
        return try body()
    }

    /// Removes all names; `body` then runs before anybody can make another.
    func removeAll(_ body: () -> Void = {}) {
        entries.withLock { entries in
            // Under the lock, so that nobody begins another.
            shielded.wait()
            for entry in entries { Self.unlink(entry) }
            entries.removeAll()
            body()
        }
    }

    private static func unlink(_ entry: Entry) {
        // Nobody is left to tell if this fails.
        let result = unsafe entry.name.withCString { unsafe unlinkat(entry.directory, $0, 0) }
        if result != 0, errno == EISDIR {
            TreeRemoval.remove(entry.name, in: entry.directory)
        }
    }
}
