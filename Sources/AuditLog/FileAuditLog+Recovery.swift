internal import Glibc
internal import KMSDomain
internal import OpenSSLCrypto

/// Going on from what others left: processes that were killed, and whoever could write the files.
///
/// What is wrong is never put right in silence. It becomes a record of the chain, on the medium
/// before the head that was the only witness is replaced. A process that is killed between a record
/// and its head leaves a head behind the log; that is no problem and no record.
extension FileAuditLog {
    /// Finds the end of the log if it is not where this writer left it.
    ///
    /// - Parameter byteCount: of the log, as it is now.
    func catchUp(_ state: inout State, byteCount: Int) throws(AuditError) {
        let start = state.start?.precedingByteCount ?? 0
        if byteCount > 0, start + byteCount == state.end { return }
        let known = AuditHead(
            sequence: state.sequence, byteCount: state.end, hash: state.lastHash)
        try findEnd(&state, byteCount: byteCount)
        // Of a log that was cut, and that others then made longer than it was, the length tells
        // nothing.
        guard known.sequence > 0, try !isPartOfLog(known, state) else { return }
        // This writer saw records that are gone; the head may know of more.
        let head = try readSignedHead()
        let isLater = head.map { $0.sequence > max(known.sequence, state.sequence) } ?? false
        let latest = isLater ? head ?? known : known
        try write(
            recovery(
                .missingRecords(headSequence: latest.sequence, lastSequence: state.sequence),
                latest),
            &state)
        try replaceHead(&state)
    }

    func findEnd(_ state: inout State, byteCount: Int) throws(AuditError) {
        guard byteCount > 0 else {
            state.start = nil
            (state.end, state.sequence, state.lastHash) = (0, 0, ChainLink.noRecord)
            return try write(ownEvent("CreateAuditLog", []), &state)
        }
        let tail = try tail(of: state.file, byteCount: byteCount)
        if state.start == nil {
            state.start = try FileStart.read(state.file, byteCount: byteCount, key: key)
        }
        state.end = (state.start?.precedingByteCount ?? 0) + byteCount - tail.torn.count
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
        // A whole line, an unfinished one, and the line feeds before and between them.
        let longest = 2 * (ChainLink.maximumLineByteCount + 1)
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
            guard window < longest else { throw .damaged }
            window = min(4 * window, longest)
        }
    }

    /// Writes a record of the unfinished line over it. Dying within leaves another unfinished line,
    /// for the next writer to do the same; where there is no room for the record, the line stays.
    private func recover(from torn: [UInt8], _ state: inout State) throws(AuditError) {
        let event = ownEvent(
            AuditProblem.eventName,
            AuditProblem.unfinishedRecord.fields + [
                AuditField("removedByteCount", .number(torn.count)),
                AuditField(
                    "removedDigest", .text(Hexadecimal.text(try Self.hash(ofLine: torn[...])))),
            ])
        try write([event], over: torn, &state)
    }

    // MARK: The head

    /// Looks at the head, and writes a record if it is not what the log ought to have.
    ///
    /// - Parameter mayBeMissing: nothing is to be said of there being none.
    /// - Returns: whether it is there and good.
    @discardableResult
    func noticeHead(
        _ state: inout State, mayBeMissing: Bool = false
    ) throws(AuditError) -> Bool {
        guard let bytes = try directory.readHead() else {
            // A writer that dies while it begins a log leaves one record and no head. Where a log
            // was before, and after that record, there is always one.
            if !mayBeMissing, isExpected || state.headLine != nil || state.sequence > 1 {
                try write(recovery(.missingHead(lastSequence: state.sequence)), &state)
            }
            return false
        }
        if bytes == state.headLine { return true }
        guard let head = try signed(bytes) else {
            try write(recovery(.headNotAuthentic(lastSequence: state.sequence)), &state)
            return false
        }
        if head.byteCount > state.end || head.sequence > state.sequence {
            try write(
                recovery(
                    .missingRecords(headSequence: head.sequence, lastSequence: state.sequence),
                    head),
                &state)
            return false
        }
        guard try isPartOfLog(head, state) else {
            try write(recovery(.headMismatch(headSequence: head.sequence), head), &state)
            return false
        }
        state.headLine = bytes
        return true
    }

    private func readSignedHead() throws(AuditError) -> AuditHead? {
        guard let bytes = try directory.readHead() else { return nil }
        return try signed(bytes)
    }

    /// The head in `bytes`, if it is ours.
    private func signed(_ bytes: [UInt8]) throws(AuditError) -> AuditHead? {
        guard let (head, code) = AuditHead.parse(bytes), try head.isSigned(code: code, by: key)
        else { return nil }
        return head
    }

    /// Whether the line that ends where the head says is the head's.
    func isPartOfLog(
        _ head: AuditHead, _ state: borrowing State
    ) throws(AuditError) -> Bool {
        let fileStart = state.start ?? .first
        let end = head.byteCount - fileStart.precedingByteCount
        // Of the file before, whose last record the first of this one names.
        if end == 0, fileStart != .first {
            return head.hash == fileStart.previous && head.sequence &+ 1 == fileStart.firstSequence
        }
        guard end > 0 else { return false }
        // Nearly every line is short.
        for byteCount in [16 * 1024, ChainLink.maximumLineByteCount + 2] {
            let start = max(0, end - byteCount)
            let bytes = try state.file.read(at: start, count: end - start)
            guard bytes.count == end - start, bytes.last == UInt8(ascii: "\n") else {
                return false
            }
            let line = bytes.dropLast()
            let before = line.lastIndex(of: UInt8(ascii: "\n"))
            guard before != nil || start == 0 else { continue }
            return try Self.hash(ofLine: line[(before.map { $0 + 1 } ?? 0)...]) == head.hash
        }
        return false
    }

    /// The record of a problem, with what the head said of the log.
    func recovery(_ problem: AuditProblem, _ head: AuditHead? = nil) -> AuditEvent {
        var fields = problem.fields
        if let head { fields.append(AuditField("headHash", .text(Hexadecimal.text(head.hash)))) }
        return ownEvent(AuditProblem.eventName, fields)
    }
}
