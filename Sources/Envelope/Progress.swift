internal import Synchronization

/// How far the work has come, for whoever shows it: written in the pipeline, read from any thread.
package final class Progress: Sendable {
    private let read = Atomic<UInt64>(0)
    private let written = Atomic<UInt64>(0)
    private let expected = Atomic<UInt64>(0)

    /// Of the whole, where this is a part of it.
    private let whole: Progress?

    package init() { whole = nil }

    /// One file of many: it counts for all of them, and how long it is says nothing of the whole.
    package init(partOf whole: Progress) { self.whole = whole }

    package var bytesRead: UInt64 { read.load(ordering: .relaxed) }
    package var bytesWritten: UInt64 { written.load(ordering: .relaxed) }
    /// How many bytes there are to read, where that is known.
    package var bytesExpected: UInt64? {
        let count = expected.load(ordering: .relaxed)
        return count == 0 ? nil : count
    }

    func expect(_ byteCount: UInt64) { expected.store(byteCount, ordering: .relaxed) }

    func advance(read readCount: UInt64, written writtenCount: UInt64) {
        whole?.advance(read: readCount, written: writtenCount)
        read.add(readCount, ordering: .relaxed)
        written.add(writtenCount, ordering: .relaxed)
    }
}
