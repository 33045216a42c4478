/// Where audit records go. A record that cannot be written fails the call it tells of.
package protocol AuditSink: Sendable {
    /// The record is with the operating system when this returns.
    ///
    /// - Parameter durably: it is also on the medium, with all records before it.
    func append(_ event: AuditEvent, durably: Bool) throws(AuditError)

    /// Puts what was appended on the medium.
    func flush() throws(AuditError)
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
}
