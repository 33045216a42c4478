internal import Glibc
package import KMSDomain
internal import OpenSSLCrypto

/// Checks a log off line: that no record was changed, removed, moved or put in.
///
/// Without the audit key the chain alone is checked: it holds against accidents and against whoever
/// cannot compute SHA-256, which is nobody. With the key every record's signature is checked too,
/// and only who can use the root of trust could have made them. A log cut at its end is a valid
/// shorter log; that is found by its signed head, and a log and head put back together to an older
/// state only by an ``AuditHead`` kept elsewhere.
package struct AuditVerifier {
    private let path: [UInt8]
    private let key: AuditKey?
    /// A head noted earlier and kept away from the keystore.
    private let anchor: AuditHead?

    package init(directory: [UInt8], key: AuditKey?, anchor: AuditHead? = nil) {
        path = directory
        self.key = key
        self.anchor = anchor
    }

    /// Reads the log from its first byte to its last and changes nothing. Memory does not grow with
    /// it.
    ///
    /// A keystore always has a log, so its absence is a finding. Where nothing but a directory is
    /// known, and there is none, the name is wrong.
    package func verify() throws(AuditError) -> AuditReport {
        var report = AuditReport()
        var marks = anchor.map { [$0] } ?? []
        do throws(AuditError) {
            let directory = try AuditDirectory(opening: path)
            // The head first: it never runs ahead of the log, and the log may grow meanwhile.
            if let head = try headToFind(in: directory, &report) { marks.append(head) }
            try readLines(in: directory, &report, &marks)
        } catch .cannotAccess("open", ENOENT) where key != nil {
            report.add(.noHead)
            report.add(.noLog)
        }
        for head in marks {
            report.add(.missingRecords(headSequence: head.sequence, lastSequence: report.sequence))
        }
        return report
    }

    private func readLines(
        in directory: borrowing AuditDirectory, _ report: inout AuditReport,
        _ marks: inout [AuditHead]
    ) throws(AuditError) {
        let file: LogFile
        do throws(AuditError) {
            file = try LogFile(reading: AuditDirectory.logName, in: directory)
        } catch .cannotAccess("open", ENOENT) {
            return report.add(.noLog)
        } catch .notAFile(let name) {
            return report.add(.notAFile(name))
        }
        // What is appended from here on belongs to the next verification.
        try file.lockForReading()
        let end = try file.byteCount()
        var names = try directory.archiveNames()
        file.unlock()
        // One that a process left that died has two names for a while; one that was continued since
        // it was opened has too. It is read once.
        if let line = try FileStart.firstLine(of: file, byteCount: end),
            let (link, _, _) = ChainLink.parse(line)
        {
            names.removeAll {
                $0 >= AuditDirectory.archiveName(firstSequence: link.sequence)
            }
        }
        for name in names {
            do throws(AuditError) {
                let archive = try LogFile(reading: name, in: directory)
                let end = try archive.byteCount()
                try readLines(of: archive, end: end, &report, &marks)
            } catch .notAFile(let name) {
                report.add(.notAFile(name))
            }
        }
        try readLines(of: file, end: end, &report, &marks)
    }

    private func readLines(
        of file: consuming LogFile, end: Int, _ report: inout AuditReport,
        _ marks: inout [AuditHead]
    ) throws(AuditError) {
        var lines = LineReader(file, end: end)
        while let line = try lines.next() {
            switch line {
            case .whole(let line): try check(line: line, &report, &marks)
            case .tooLong(let byteCount):
                report.lineCount += 1
                report.byteCount += byteCount + 1
                report.add(.lineTooLong(line: report.lineCount, byteCount: byteCount))
                report.lastHash = ChainLink.noRecord
            case .unfinished(let byteCount): report.add(.unfinishedRecord(byteCount: byteCount))
            }
        }
    }

    /// The head that the log has to come by, if it has a good one.
    private func headToFind(
        in directory: borrowing AuditDirectory, _ report: inout AuditReport
    ) throws(AuditError) -> AuditHead? {
        let content: [UInt8]?
        do throws(AuditError) {
            content = try directory.readHead()
        } catch .notAFile(let name) {
            report.add(.notAFile(name))
            return nil
        }
        guard let bytes = content else {
            report.add(.noHead)
            return nil
        }
        guard let (head, code) = AuditHead.parse(bytes) else {
            report.add(.headNotAuthentic)
            return nil
        }
        if let key, try !head.isSigned(code: code, by: key) {
            report.add(.headNotAuthentic)
            return nil
        }
        report.head = head
        return head
    }

    private func check(
        line: [UInt8], _ report: inout AuditReport, _ marks: inout [AuditHead]
    ) throws(AuditError) {
        report.lineCount += 1
        report.byteCount += line.count + 1
        let hash = try FileAuditLog.hash(ofLine: line[...])
        guard let (link, signed, code) = ChainLink.parse(line) else {
            report.add(.notARecord(line: report.lineCount))
            report.lastHash = hash
            return
        }
        // A forged number may be the largest there is: what comes after it wraps, and is wrong too.
        let expected = report.sequence &+ 1
        if link.sequence != expected {
            report.add(
                .wrongSequence(line: report.lineCount, expected: expected, found: link.sequence))
        }
        if link.previous != report.lastHash { report.add(.brokenChain(line: report.lineCount)) }
        if let key, try !ConstantTime.equal(key.code(of: signed), code) {
            report.add(.notAuthentic(line: report.lineCount))
        }
        if let problem = AuditProblem(line: signed) {
            report.add(.recorded(line: report.lineCount, problem))
        }
        report.sequence = link.sequence
        report.lastHash = hash
        marks.removeAll { head in
            guard head.sequence == link.sequence else { return false }
            if head.hash != hash || head.byteCount != report.byteCount {
                report.add(.headMismatch(sequence: head.sequence))
            }
            return true
        }
    }
}
