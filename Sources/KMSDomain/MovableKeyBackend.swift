package import SecretMemory

/// A backend whose material can be moved to another one: for a keystore that changes its root, and
/// for nothing else.
package protocol MovableKeyBackend: KeyBackend {
    /// Seals material of 32 bytes that was made elsewhere.
    func importMaterial(
        _ material: borrowing SecretBytes, for key: KeyID, version: VersionID,
        purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8]

    /// The material itself.
    ///
    /// - Throws: as ``KeyBackend/openMaterial(_:of:version:purpose:)``.
    func exportMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> SecretBytes
}
