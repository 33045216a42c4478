internal import Glibc
package import KMSDomain
internal import OpenSSLCrypto
internal import SecretMemory
internal import Synchronization

/// The audit log of a keystore: one file that every process using the keystore appends to.
///
/// Each record is one write(2) under flock(2), chained to the one before and signed, so every record
/// is a signed head of all before it. The file `head` says how far the log had come when it was
/// last made sure of; it shows a cut. A writer that finds the file longer than it left it reads the
/// last record to go on from there; a line that a dying process left unfinished is taken out, and a
/// record tells of it.
///
/// On the medium (fdatasync): at once after a change of a key; after other calls when a second has
/// passed since the last time, or 4,096 records, and when the log is closed. A crash of the process
/// loses no record; a loss of power loses what was not yet on the medium.
package final class FileAuditLog: AuditSink {
    private struct State: ~Copyable {
        let file: LogFile
        var renderer: AuditRecord
        /// Where the next record goes, if nobody else has written.
        var end = 0
        var sequence: UInt64 = 0
        var lastHash = ChainLink.noRecord
        var unsynchronizedCount = 0
        var lastSynchronization = FileAuditLog.monotonicMilliseconds()
    }

    private static let maximumUnsynchronizedCount = 4096
    private static let maximumUnsynchronizedMilliseconds: Int64 = 1000
    private static let maximumLineByteCount = 1 << 20

    private let state: Mutex<State>
    private let directory: AuditDirectory
    private let key: AuditKey
    private let realm: Realm
    private let clock: any WallClock

    /// Opens the log below `directory`, which exists, or begins it.
    ///
    /// - Parameter isExpected: there was a log here before; if it has to be begun, its first
    ///   records say that the old one is missing.
    package init(
        directory: [UInt8], key: AuditKey, realm: Realm, clock: any WallClock,
        isExpected: Bool = false
    ) throws(AuditError) {
        self.directory = AuditDirectory(directory)
        self.key = key
        self.realm = realm
        self.clock = clock
        let file = try LogFile(path: self.directory.log, creating: true)
        state = Mutex(State(file: file, renderer: AuditRecord(realm: realm)))
        try withLockedState { state throws(AuditError) in
            let byteCount = try state.file.byteCount()
            try catchUp(&state)
            if let head = try signedHead() {
                try noticeCut(before: head, &state)
            } else if byteCount == 0 {
                if isExpected {
                    let problem = AuditField("problem", .text("missingLog"))
                    try write(ownEvent("RecoverAuditLog", [problem]), &state)
                }
                try synchronize(&state, headDurably: true)
            }
        }
    }

    deinit {
        // Whoever wants to know whether the records are safe calls `flush` first.
        try? flush()
    }

    package func append(_ event: AuditEvent, durably: Bool) throws(AuditError) {
        try withLockedState { state throws(AuditError) in
            try catchUp(&state)
            try write(event, &state)
            let late =
                Self.monotonicMilliseconds() - state.lastSynchronization
                >= Self.maximumUnsynchronizedMilliseconds
            if durably || late || state.unsynchronizedCount >= Self.maximumUnsynchronizedCount {
                try synchronize(&state, headDurably: durably)
            }
        }
    }

    package func flush() throws(AuditError) {
        try withLockedState { state throws(AuditError) in
            guard state.unsynchronizedCount > 0 else { return }
            try catchUp(&state)
            try synchronize(&state, headDurably: false)
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

    private func write(_ event: AuditEvent, _ state: inout State) throws(AuditError) {
        let line = try record(event, after: &state)
        try state.file.write(line, at: state.end)
        try advance(&state, past: line)
    }

    /// The line, with its line feed.
    private func record(
        _ event: AuditEvent, after state: inout State
    ) throws(AuditError) -> [UInt8] {
        guard
            let eventID = RandomID(
                uuidFromRandomBytes: PublicRandom.bytes(count: RandomID.byteCount))
        else { preconditionFailure("audit log: 16 random bytes are no id") }
        var line = state.renderer.signedPart(
            of: event, eventID: eventID,
            link: ChainLink(sequence: state.sequence + 1, previous: state.lastHash))
        ChainLink.append(code: try key.code(of: line), to: &line)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func advance(_ state: inout State, past line: [UInt8]) throws(AuditError) {
        state.end += line.count
        state.sequence += 1
        state.lastHash = try Self.hash(ofLine: line.dropLast())
        state.unsynchronizedCount += 1
    }

    private func synchronize(_ state: inout State, headDurably: Bool) throws(AuditError) {
        try state.file.synchronize()
        // The head never runs before the log: what it speaks of is on the medium by now.
        let head = AuditHead(
            sequence: state.sequence, byteCount: state.end, hash: state.lastHash)
        try directory.write(head: head.line(signedBy: key), durably: headDurably)
        state.unsynchronizedCount = 0
        state.lastSynchronization = Self.monotonicMilliseconds()
    }

    // MARK: Going on from what others left

    /// Finds the end of the log if it is not where this writer left it.
    private func catchUp(_ state: inout State) throws(AuditError) {
        let byteCount = try state.file.byteCount()
        if byteCount == state.end, byteCount > 0 { return }
        let known = AuditHead(
            sequence: state.sequence, byteCount: state.end, hash: state.lastHash)
        try findEnd(&state, byteCount: byteCount)
        try noticeCut(before: known, &state)
    }

    private func findEnd(_ state: inout State, byteCount: Int) throws(AuditError) {
        guard byteCount > 0 else {
            (state.end, state.sequence, state.lastHash) = (0, 0, ChainLink.noRecord)
            return try write(ownEvent("CreateAuditLog", []), &state)
        }
        let tail = try tail(of: state.file, byteCount: byteCount)
        state.end = byteCount - tail.torn.count
        if let line = tail.lastLine {
            guard let parsed = ChainLink.parse(line),
                ConstantTime.equal(try key.code(of: parsed.signed), parsed.code)
            else { throw .damaged }
            state.sequence = parsed.link.sequence
            state.lastHash = try Self.hash(ofLine: line[...])
        } else {
            (state.sequence, state.lastHash) = (0, ChainLink.noRecord)
        }
        if !tail.torn.isEmpty { try recover(from: tail.torn, &state) }
    }

    /// The last whole line, and what follows it: nothing, unless a writer died.
    private func tail(
        of file: borrowing LogFile, byteCount: Int
    ) throws(AuditError) -> (lastLine: [UInt8]?, torn: [UInt8]) {
        var window = 16 * 1024
        while true {
            let start = max(0, byteCount - window)
            let bytes = try file.read(at: start, count: byteCount - start)
            let lineFeed = UInt8(ascii: "\n")
            if let last = bytes.lastIndex(of: lineFeed) {
                let before = bytes[..<last].lastIndex(of: lineFeed)
                if before != nil || start == 0 {
                    return (
                        Array(bytes[(before.map { $0 + 1 } ?? 0)..<last]),
                        Array(bytes[(last + 1)...])
                    )
                }
            } else if start == 0 {
                return (nil, bytes)
            }
            guard window < 2 * Self.maximumLineByteCount else { throw .damaged }
            window *= 4
        }
    }

    /// Writes a record of the unfinished line over it. Dying within leaves another unfinished line,
    /// for the next writer to do the same.
    private func recover(from torn: [UInt8], _ state: inout State) throws(AuditError) {
        let event = ownEvent(
            "RecoverAuditLog",
            [
                AuditField("problem", .text("unfinishedRecord")),
                AuditField("removedByteCount", .number(torn.count)),
                AuditField(
                    "removedDigest", .text(Hexadecimal.text(try Self.hash(ofLine: torn[...])))),
            ])
        let line = try record(event, after: &state)
        // First the part that ends the line; a longer rest is then again an unfinished line.
        try state.file.write(line, at: state.end)
        try state.file.truncate(to: state.end + line.count)
        try advance(&state, past: line)
    }

    /// The head on disk, if it is ours.
    private func signedHead() throws(AuditError) -> AuditHead? {
        guard let bytes = try directory.readHead(), let (head, code) = AuditHead.parse(bytes),
            try head.isSigned(code: code, by: key)
        else { return nil }
        return head
    }

    /// A log that ends before a head that was signed has lost records; that shall not go unsaid.
    private func noticeCut(
        before head: AuditHead, _ state: inout State
    ) throws(AuditError) {
        guard head.byteCount > state.end || head.sequence > state.sequence else { return }
        let event = ownEvent(
            "RecoverAuditLog",
            [
                AuditField("problem", .text("missingRecords")),
                AuditField("headSequence", .text(String(head.sequence))),
                AuditField("headHash", .text(Hexadecimal.text(head.hash))),
                AuditField("lastSequence", .text(String(state.sequence))),
            ])
        try write(event, &state)
        try synchronize(&state, headDurably: true)
    }

    private func ownEvent(_ name: String, _ parameters: [AuditField]) -> AuditEvent {
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
