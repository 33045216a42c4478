internal import ArchiveIO
internal import Dispatch
internal import FileIO
internal import Synchronization

/// Parses an archive while it is decrypted, on a thread of its own, and reads on to its end.
package class ArchiveConsumer: PlaintextConsumer, @unchecked Sendable {
    let pipe = ChunkPipe()
    private let finished = DispatchSemaphore(value: 0)
    private let failure = Mutex<(any Error)?>(nil)
    private let isRunning = Mutex(false)

    /// What is done with the tar; on its own thread.
    func parse(_ reader: ArchiveReader) throws {
        preconditionFailure("archive consumer: nothing to do")
    }

    /// What is done with each stretch of what follows the tar's last member, from byte `offset` of the
    /// plaintext on.
    func parse(tail: [UInt8], at offset: UInt64) throws {}

    package func take(_ chunk: RawSpan) throws {
        try start()
        try pipe.take(chunk)
    }

    private func start() throws {
        let isFirst = isRunning.withLock { isRunning in
            defer { isRunning = true }
            return !isRunning
        }
        guard isFirst else { return }
        guard BlockingThread.start({ self.run() }) else {
            isRunning.withLock { $0 = false }
            throw ArchiveError.libraryFailure("no thread")
        }
    }

    private func run() {
        do {
            let reader = try ArchiveReader(pipe)
            try parse(reader)
            var start = max(reader.headerOffset, pipe.position.lowerBound)
            repeat {
                try parse(tail: pipe.rest(from: start), at: start)
                start = pipe.position.upperBound
            } while unsafe try !pipe.next().isEmpty
        } catch {
            failure.withLock { $0 = error }
            pipe.stop(error)
        }
        finished.signal()
    }

    /// Returns when the archive was parsed to its end, after the container's end was authenticated.
    func join() throws {
        guard isRunning.withLock({ $0 }) else {
            throw ArchiveError.malformed("an archive without bytes")
        }
        pipe.end()
        finished.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// The container failed: ends the thread.
    package func abandon() {
        guard isRunning.withLock({ $0 }) else { return }
        pipe.abandon()
        finished.wait()
    }
}
