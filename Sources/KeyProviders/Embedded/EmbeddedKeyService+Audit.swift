package import AuditLog
internal import KMSDomain

extension EmbeddedKeyService {
    /// Verifies this keystore's log with its audit key.
    ///
    /// - Parameter anchor: the end of an earlier report, kept elsewhere: shows that the log has
    ///   not been put back to an older state.
    package func verifyAudit(
        anchor: AuditHead? = nil
    ) throws(EmbeddedKeyServiceError) -> AuditReport {
        do {
            try audit.flush()
            return try AuditVerifier(
                directory: directory + Array("/audit".utf8), key: AuditKey(root: root),
                anchor: anchor
            ).verify()
        } catch {
            throw EmbeddedKeyServiceError(error)
        }
    }

    /// Verifies a log without its keystore: order and completeness, not who wrote it.
    package static func verifyAudit(
        auditDirectory: [UInt8], anchor: AuditHead? = nil
    ) throws(EmbeddedKeyServiceError) -> AuditReport {
        do throws(AuditError) {
            return try AuditVerifier(directory: auditDirectory, key: nil, anchor: anchor).verify()
        } catch {
            throw .audit(error)
        }
    }
}
