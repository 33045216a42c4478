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
    private static let readByteCount = 1 << 20

    private let directory: AuditDirectory
    private let key: AuditKey?
    /// A head noted earlier and kept away from the keystore.
    private let anchor: AuditHead?

    package init(directory: [UInt8], key: AuditKey?, anchor: AuditHead? = nil) {
        self.directory = AuditDirectory(directory)
        self.key = key
        self.anchor = anchor
    }

    /// Reads the log from its first byte to its last. Memory does not grow with it.
    package func verify() throws(AuditError) -> AuditReport {
        var report = AuditReport()
        var marks = try headToFind(&report)
        let file = try LogFile(readingPath: directory.log)
        // What is appended from here on belongs to the next verification.
        try file.lockForReading()
        let end = try file.byteCount()
        file.unlock()
        var offset = 0
        var rest: [UInt8] = []
        while true {
            let bytes = try file.read(at: offset, count: min(Self.readByteCount, end - offset))
            if bytes.isEmpty { break }
            offset += bytes.count
            rest += bytes
            var start = 0
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                try check(line: Array(rest[start..<end]), &report, &marks)
                start = end + 1
            }
            rest.removeFirst(start)
        }
        if !rest.isEmpty { report.add(.unfinishedRecord(byteCount: rest.count)) }
        for head in marks {
            report.add(.missingRecords(headSequence: head.sequence, lastSequence: report.sequence))
        }
        return report
    }

    /// The heads that the log has to come by: its own and the one from elsewhere.
    private func headToFind(_ report: inout AuditReport) throws(AuditError) -> [AuditHead] {
        var heads = anchor.map { [$0] } ?? []
        guard let bytes = try directory.readHead() else {
            report.add(.noHead)
            return heads
        }
        guard let (head, code) = AuditHead.parse(bytes) else {
            report.add(.headNotAuthentic)
            return heads
        }
        if let key, try !head.isSigned(code: code, by: key) {
            report.add(.headNotAuthentic)
            return heads
        }
        report.head = head
        heads.append(head)
        return heads
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
        if line.starts(with: Array(#"{"eventVersion""#.utf8)),
            signed.tellsOfRecovery
        {
            report.add(.recovery(line: report.lineCount))
        }
        report.sequence = link.sequence
        report.lastHash = hash
        marks.removeAll { head in
            guard head.sequence == link.sequence else { return false }
            if head.hash != hash { report.add(.headMismatch(sequence: head.sequence)) }
            return true
        }
    }
}

extension [UInt8] {
    fileprivate var tellsOfRecovery: Bool {
        // The name stands before anything a client can write into.
        let text = String(decoding: prefix(512), as: UTF8.self)
        return text.contains(#""eventSource":"kms.amazonaws.com","eventName":"RecoverAuditLog""#)
    }
}
