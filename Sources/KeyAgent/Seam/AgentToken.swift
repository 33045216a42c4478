package import SecretMemory

/// A token as the root of a keystore (key-service design: RootOfTrust and KeyBackend).
///
/// Used by several threads at a time; every call may block.
package protocol AgentToken: AnyObject, Sendable {
    /// How messages name it.
    var displayName: String { get }

    /// Names the token and its keys for the keystore, so that another token is told from a broken one.
    var identity: [UInt8] { get }

    /// Seals a software root of 32 bytes under the token's own key, to lie beside the keystore.
    func sealRoot(_ root: borrowing SecretBytes) throws(AgentFailure) -> [UInt8]

    /// - Throws: ``AgentFailure/notOpened`` if the bytes were changed or are another token's.
    func unsealRoot(_ sealed: [UInt8]) throws(AgentFailure) -> SecretBytes

    // With isolation: key material that is used inside the token and never leaves it.

    /// HMAC-SHA-256(root key in the token, `info` ‖ 01): KMSDomain's RootOfTrust.
    func derive(info: [UInt8]) throws(AgentFailure) -> SecretBytes

    /// Makes material in the token and returns it wrapped; it opens only as `row`.
    func generateMaterial(for row: MaterialRow) throws(AgentFailure) -> [UInt8]

    /// - Throws: ``AgentFailure/notOpened`` for another row's bytes, or changed ones.
    func openMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> any AgentMaterial

    // To move a keystore to another root, and for nothing else: material passes in the clear.

    /// Wraps material of 32 bytes as if it had been made here; it opens only as `row`.
    func importMaterial(
        _ material: borrowing SecretBytes, for row: MaterialRow
    ) throws(AgentFailure) -> [UInt8]

    /// - Throws: ``AgentFailure/notOpened`` as ``openMaterial(_:of:)``.
    func exportMaterial(
        _ sealed: [UInt8], of row: MaterialRow
    ) throws(AgentFailure) -> SecretBytes
}

/// Material that was opened inside the token; let go of there with its last reference.
package protocol AgentMaterial: AnyObject, Sendable {
    /// HMAC-SHA-256(material, `info` ‖ 01): KMSDomain's KeyHandle.
    func deriveKey(info: [UInt8]) throws(AgentFailure) -> SecretBytes
}

extension AgentToken {
    package func derive(info _: [UInt8]) throws(AgentFailure) -> SecretBytes {
        throw .unsupported("isolation")
    }

    package func generateMaterial(for _: MaterialRow) throws(AgentFailure) -> [UInt8] {
        throw .unsupported("isolation")
    }

    package func openMaterial(
        _: [UInt8], of _: MaterialRow
    ) throws(AgentFailure) -> any AgentMaterial { throw .unsupported("isolation") }

    package func importMaterial(
        _: borrowing SecretBytes, for _: MaterialRow
    ) throws(AgentFailure) -> [UInt8] { throw .unsupported("isolation") }

    package func exportMaterial(
        _: [UInt8], of _: MaterialRow
    ) throws(AgentFailure) -> SecretBytes { throw .unsupported("isolation") }
}

/// Which row of a keystore material belongs to: the bytes of KMSDomain's KeyID, VersionID and
/// MaterialPurpose.
package struct MaterialRow: Hashable, Sendable {
    package let key: [UInt8]
    package let version: [UInt8]
    package let purpose: [UInt8]

    package init(key: [UInt8], version: [UInt8], purpose: [UInt8]) {
        self.key = key
        self.version = version
        self.purpose = purpose
    }
}
