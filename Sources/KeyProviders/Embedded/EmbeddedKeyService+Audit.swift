package import AuditLog
internal import KMSDomain
internal import KMSStore
package import SecretMemory

extension EmbeddedKeyService {
    /// Verifies the log of the keystore in `directory` with its audit key, and writes nothing to it:
    /// a writer would replace a head that tells of a cut. Nor need anything be writable: the keystore
    /// can be a copy on another medium.
    ///
    /// - Parameters:
    ///   - anchor: the end of an earlier report, kept elsewhere: shows that the log has not been put
    ///     back to an older state.
    ///   - passphrase: asked only if the root key is sealed; nothing if there is none.
    ///   - token: asked only if the root is on one.
    package static func verifyAudit(
        in directory: [UInt8], anchor: AuditHead? = nil,
        passphrase: () throws(EmbeddedKeyServiceError) -> SecretBytes? = { nil },
        token: RootTokenSource = noToken
    ) throws(EmbeddedKeyServiceError) -> AuditReport {
        do {
            let place = try KeystoreDirectory(opening: directory)
            // With another keystore's root key nothing would be authentic.
            let (root, _, store) = try openRootAndStore(
                place, token, passphrase, opening: SQLiteKeyStore.openToLook)
            let key = try KeystoreAuditKey.open(root, in: store)
            try store.close()
            return try AuditVerifier(
                directory: place.path(of: "audit"), key: key, anchor: anchor
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
