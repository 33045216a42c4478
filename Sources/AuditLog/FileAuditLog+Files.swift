internal import KMSDomain

/// The log goes on in a new file when the one that is written has become long enough. Chain, numbers
/// and byte counts go on over all files.
extension FileAuditLog {
    /// Begins a new file if it is time for one. Where that is not possible the log goes on in its
    /// file, and the next record tries again: nothing is lost, and no call fails by it.
    func beginFileIfLong(_ state: inout State) throws(AuditError) {
        guard let maximumFileByteCount, let start = state.start,
            state.end - start.precedingByteCount >= maximumFileByteCount
        else { return }
        // A head of all of it: the next writer finds the new file beginning where the head is.
        try synchronize(&state)
        let event = ownEvent(
            FileStart.eventName,
            [AuditField(FileStart.byteCountMember, .text(String(state.end)))])
        let (lines, next) = try rendered([event], &state)
        let successor: LogFile
        do throws(AuditError) {
            successor = try successorOf(state.file, start, beginningWith: lines)
        } catch {
            return
        }
        state.start = FileStart(
            firstSequence: next.sequence, precedingByteCount: state.end, previous: state.lastHash)
        state.file = successor
        state.end += lines.count
        (state.sequence, state.lastHash) = next
        try replaceHead(&state)
    }

    /// The next file, locked, in the place of `file`.
    private func successorOf(
        _ file: borrowing LogFile, _ start: FileStart, beginningWith lines: [UInt8]
    ) throws(AuditError) -> LogFile {
        let successor = try LogFile(AuditDirectory.newLogName, in: directory, creating: true)
        // Before it has its name, so that nobody else is the first to write there.
        try successor.lock()
        try successor.truncate(to: 0)
        try successor.write(lines, at: 0)
        try successor.synchronize()
        try directory.keep(
            file, as: AuditDirectory.archiveName(firstSequence: start.firstSequence))
        return successor
    }

    /// Goes on in the file that another writer has begun, as often as one has.
    func followOthers(_ state: inout State) throws(AuditError) {
        while try isContinued(&state) {
            let known = AuditHead(
                sequence: state.sequence, byteCount: state.end, hash: state.lastHash)
            var isWhole = true
            if known.sequence > 0 { isWhole = try isPartOfLog(known, state) }
            let successor = try LogFile(AuditDirectory.logName, in: directory, creating: false)
            try successor.lock()
            // Gives up the lock on the other, as it closes it.
            state.file = successor
            state.start = nil
            (state.end, state.sequence, state.lastHash) = (0, 0, ChainLink.noRecord)
            try findEnd(&state, byteCount: state.file.byteCount())
            guard !isWhole || state.sequence < known.sequence else { continue }
            try write(
                recovery(
                    .missingRecords(
                        headSequence: known.sequence, lastSequence: state.sequence), known),
                &state)
            try replaceHead(&state)
        }
    }

    /// Whether the file that is open is by now one of those before the one that is written.
    private func isContinued(_ state: inout State) throws(AuditError) -> Bool {
        if try directory.has(state.file, as: AuditDirectory.logName) { return false }
        let byteCount: Int
        do throws(AuditError) {
            byteCount = try state.file.byteCount()
        } catch .removed {
            return false
        }
        guard let start = try FileStart.read(state.file, byteCount: byteCount, key: key) else {
            return false
        }
        return try directory.has(
            state.file, as: AuditDirectory.archiveName(firstSequence: start.firstSequence))
    }
}
