/// Where audit records go. A record that cannot be written fails the call it tells of.
package protocol AuditSink: Sendable {
    /// The records are with the operating system when this returns. None is there if it throws
    /// before they are written: all of them are one write.
    ///
    /// - Parameter durably: they are also on the medium, with all records before them.
    func append(_ events: [AuditEvent], durably: Bool) throws(AuditError)

    /// Puts what was appended on the medium.
    func flush() throws(AuditError)
}

extension AuditSink {
    package func append(_ event: AuditEvent, durably: Bool) throws(AuditError) {
        try append([event], durably: durably)
    }
}

/// Why the audit log cannot be written or read.
package enum AuditError: Error, Equatable, Sendable {
    /// A call of the operating system failed.
    case cannotAccess(operation: String, errno: Int32)
    /// Others could read or change it: `mode` has bits beyond the owner's.
    case looserPermissions(mode: UInt32)
    case notOwnedByUser
    /// A FIFO, a link, a directory or a device stands in place of this file of the log.
    case notAFile(file: String)
    /// The cryptographic library or the root of trust refused.
    case cryptographyFailed
    /// The last record is none of ours, so no chain can go on from it.
    case damaged
    /// The file was removed while it was open.
    case removed
    /// Its directory was moved away while it was open, or another log put in its place: by a
    /// restore, or by hand.
    case moved
}
