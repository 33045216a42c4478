package import SecretMemory

/// Makes and uses key material. The service acts on handles and never sees the material, which may
/// be in locked memory, or in a token that never gives it out.
package protocol KeyBackend: Sendable {
    /// Makes new material and returns it sealed, to be kept in a store. It opens only as this
    /// version of this key, for this purpose.
    func generateMaterial(
        for key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> [UInt8]

    /// - Throws: ``KeyBackendError/materialNotAuthentic`` if the bytes are another row's, changed,
    ///   or sealed under another root.
    func openMaterial(
        _ sealed: [UInt8], of key: KeyID, version: VersionID, purpose: MaterialPurpose
    ) throws(KeyBackendError) -> any KeyHandle
}

/// Opened material. Forgotten, and wiped, with its last reference.
package protocol KeyHandle: AnyObject, Sendable {
    /// The key of one message: HKDF-Expand(material, info, 32).
    func deriveKey(info: [UInt8]) throws(KeyBackendError) -> SecretBytes
}

package enum KeyBackendError: Error, Equatable, Sendable {
    case materialNotAuthentic
    case cryptographyFailed
    case rootOfTrust(RootOfTrustError)
}
