internal import Glibc
package import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory
internal import Synchronization

/// The audit log of a keystore: one file that every process using the keystore appends to.
///
/// Records that are given together are one write(2) under flock(2). Each is chained to the one before
/// and signed, so every record is a signed head of all before it. The file `head` says how far the log
/// had come when it was last made sure of; it shows a cut. What is wrong with the log or its head when
/// a writer comes is said in a record before the head is replaced (FileAuditLog+Recovery.swift).
///
/// On the medium (fdatasync): at once after a change of a key; after other calls when a second has
/// passed since the last time, or 4,096 records, and when the log is closed. A crash of the process
/// loses no record; a loss of power loses what was not yet on the medium. The head follows the log,
/// and is itself on the medium before it takes its name: after any crash there is a head, ours, and
/// no later than the log.
///
/// A writer whose directory is moved away (by a restore) appends no more: no call succeeds whose
/// record would be in a log that nobody looks at. What it wrote before stays with its log and is put
/// on the medium and under a head there: those calls were answered while the log was in its place,
/// and their records go where the keystore went that they are about. Nothing is ever written into
/// the log that took the place. A directory that is moved between that look and the write takes the
/// record with it, as if it had been moved just after.
package final class FileAuditLog: AuditSink {
    struct State: ~Copyable {
        var file: LogFile
        var renderer: AuditRecord
        /// Of `file`; nothing before it has a whole line.
        var start: FileStart?
        /// Where the next record goes, if nobody else has written: counted over all files.
        var end = 0
        var sequence: UInt64 = 0
        var lastHash = ChainLink.noRecord
        /// The head's line as this writer left or found it, and found it good.
        var headLine: [UInt8]?
        var unsynchronizedCount = 0
        var lastSynchronization = FileAuditLog.monotonicMilliseconds()
    }

    private static let maximumUnsynchronizedCount = 4096
    private static let maximumUnsynchronizedMilliseconds: Int64 = 1000

    private let state: Mutex<State>
    let directory: AuditDirectory
    let key: AuditKey
    private let realm: Realm
    private let clock: any WallClock
    /// There was a log here before, and a log has a head.
    let isExpected: Bool
    /// When a file is this long the log goes on in a new one; nothing for one file for ever.
    let maximumFileByteCount: Int?

    /// Opens the log below `directory`, which exists, or begins it.
    ///
    /// - Parameter isExpected: there was a log here before, as the caller knows from elsewhere than
    ///   the log's own directory. If log or head is missing, a record says so.
    package init(
        directory: [UInt8], key: AuditKey, realm: Realm, clock: any WallClock,
        isExpected: Bool = false, maximumFileByteCount: Int? = nil
    ) throws(AuditError) {
        self.directory = try AuditDirectory(opening: directory)
        self.key = key
        self.realm = realm
        self.clock = clock
        self.isExpected = isExpected
        self.maximumFileByteCount = maximumFileByteCount
        let file = try LogFile(AuditDirectory.logName, in: self.directory, creating: true)
        state = Mutex(State(file: file, renderer: AuditRecord()))
        try withLockedState { state throws(AuditError) in
            try followOthers(&state)
            let byteCount = try state.file.byteCount()
            let isNew = byteCount == 0
            try catchUp(&state, byteCount: byteCount)
            if isNew, isExpected { try write(recovery(.missingLog), &state) }
            let headIsGood = try noticeHead(&state, mayBeMissing: isNew)
            if isNew || !headIsGood { try replaceHead(&state) }
        }
    }

    deinit {
        // Whoever wants to know whether the records are safe calls `flush` first.
        try? flush()
    }

    package func append(_ events: [AuditEvent], durably: Bool) throws(AuditError) {
        try withLockedState { state throws(AuditError) in
            // Where the path leads to this file, nobody has begun another: one look for both.
            if let byteCount = try directory.byteCountIfInPlace(of: state.file) {
                try catchUp(&state, byteCount: byteCount)
            } else {
                try followOthers(&state)
                try catchUp(&state, byteCount: directory.byteCountInPlace(of: state.file))
            }
            try write(events, &state)
            let late =
                Self.monotonicMilliseconds() - state.lastSynchronization
                >= Self.maximumUnsynchronizedMilliseconds
            if durably || late || state.unsynchronizedCount >= Self.maximumUnsynchronizedCount {
                try synchronize(&state)
            }
            try beginFileIfLong(&state)
        }
    }

    package func flush() throws(AuditError) {
        try withLockedState { state throws(AuditError) in
            try followOthers(&state)
            guard state.unsynchronizedCount > 0 else { return }
            // Wherever the log is by now: what was written has to last there.
            try catchUp(&state, byteCount: state.file.byteCount())
            try synchronize(&state)
        }
    }

    /// Whether the next record could be written, which is not: the log is in its place, is as it was
    /// left, and has room for the longest.
    package func requireRoom() throws(AuditError) {
        try withLockedState { state throws(AuditError) in
            try catchUp(&state, byteCount: directory.byteCountInPlace(of: state.file))
            try state.file.requireRoom(ChainLink.maximumLineByteCount + 1)
        }
    }

    private func withLockedState(
        _ body: (inout State) throws(AuditError) -> Void
    ) throws(AuditError) {
        try state.withLock { state throws(AuditError) in
            try state.file.lock()
            defer { state.file.unlock() }
            try body(&state)
        }
    }

    // MARK: Writing

    func write(_ event: AuditEvent, _ state: inout State) throws(AuditError) {
        try write([event], &state)
    }

    /// Writes the records in one call, over `torn`, which is what the file has after the last line.
    func write(
        _ events: [AuditEvent], over torn: [UInt8] = [], _ state: inout State
    ) throws(AuditError) {
        let (lines, last) = try rendered(events, &state)
        // Over a longer rest, first the part that ends the line: what is left is torn again, if
        // this process dies here.
        let offset = state.end - (state.start?.precedingByteCount ?? 0)
        try state.file.write(lines, at: offset, over: torn)
        if torn.count > lines.count { try state.file.truncate(to: offset + lines.count) }
        if state.start == nil { state.start = .first }
        state.end += lines.count
        (state.sequence, state.lastHash) = last
        state.unsynchronizedCount += events.count
    }

    /// The lines of the next records, and what the last of them is.
    func rendered(
        _ events: [AuditEvent], _ state: inout State
    ) throws(AuditError) -> (lines: [UInt8], last: (sequence: UInt64, hash: [UInt8])) {
        var lines: [UInt8] = []
        var (sequence, hash) = (state.sequence, state.lastHash)
        for event in events {
            let link = ChainLink(sequence: sequence + 1, previous: hash)
            let line = try line(of: event, link, &state.renderer)
            sequence += 1
            hash = try Self.hash(ofLine: line[...])
            lines += line
            lines.append(UInt8(ascii: "\n"))
        }
        return (lines, (sequence, hash))
    }

    /// Without its line feed.
    private func line(
        of event: AuditEvent, _ link: ChainLink, _ renderer: inout AuditRecord
    ) throws(AuditError) -> [UInt8] {
        guard
            let eventID = event.id
                ?? RandomID(uuidFromRandomBytes: PublicRandom.bytes(count: RandomID.byteCount))
        else { preconditionFailure("audit log: 16 random bytes are no id") }
        var line = renderer.signedPart(of: event, eventID: eventID, link: link)
        if line.count + ChainLink.codeByteCount > ChainLink.maximumLineByteCount {
            line = renderer.signedPart(
                of: event.withoutDetails(byteCount: line.count), eventID: eventID, link: link)
        }
        ChainLink.append(code: try key.code(of: line), to: &line)
        precondition(line.count <= ChainLink.maximumLineByteCount, "audit log: record too long")
        return line
    }

    /// Puts the log on the medium and then a head of it, after a look at the head that it replaces.
    func synchronize(_ state: inout State) throws(AuditError) {
        try noticeHead(&state)
        try replaceHead(&state)
    }

    func replaceHead(_ state: inout State) throws(AuditError) {
        try state.file.synchronize()
        // The head never runs before the log: what it speaks of is on the medium by now.
        let line = try AuditHead(
            sequence: state.sequence, byteCount: state.end, hash: state.lastHash
        ).line(signedBy: key)
        try directory.write(head: line)
        state.headLine = line
        state.unsynchronizedCount = 0
        state.lastSynchronization = Self.monotonicMilliseconds()
    }

    /// What the service itself has to say.
    func ownEvent(_ name: String, _ parameters: [AuditField]) -> AuditEvent {
        guard
            let id = RandomID(
                uuidFromRandomBytes: PublicRandom.bytes(count: RandomID.byteCount))
        else { preconditionFailure("audit log: 16 random bytes are no id") }
        return AuditEvent(
            name: name, time: clock.now(), requestID: id, caller: .service(of: realm),
            isReadOnly: false, isServiceEvent: true, parameters: parameters)
    }

    static func hash(ofLine line: ArraySlice<UInt8>) throws(AuditError) -> [UInt8] {
        do throws(CryptoError) {
            return unsafe try SHA256.digest(line.span.bytes)
        } catch {
            throw .cryptographyFailed
        }
    }

    private static func monotonicMilliseconds() -> Int64 {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_MONOTONIC, &time) == 0 else {
            preconditionFailure("audit log: clock_gettime failed with errno \(errno)")
        }
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension AuditEvent {
    /// What is left of an event whose record would be longer than a record may be.
    fileprivate func withoutDetails(byteCount: Int) -> AuditEvent {
        var event = self
        event.parameters = [AuditField("omittedByteCount", .number(byteCount))]
        event.response = []
        event.failure = failure.map { Failure(code: $0.code, message: nil) }
        return event
    }
}
