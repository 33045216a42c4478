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
    case notAFile
    /// The cryptographic library refused.
    case cryptographyFailed
    /// It is there, but its last record is none of ours: it goes on under no chain.
    case damaged
}
