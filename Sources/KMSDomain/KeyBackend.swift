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

package enum KeyBackendError: Error, Equatable, Sendable {
    case materialNotAuthentic
    case cryptographyFailed
    case rootOfTrust(RootOfTrustError)
    /// The backend, or a key of this spec, does not do it.
    case unsupported
    /// A ciphertext or an encapsulation is not this key's, whatever is wrong with it.
    case notAuthentic
    /// Somebody's public key is none that agrees with this one.
    case notAPublicKey
    /// The token or service that the key lives in does not answer as it should.
    case keyStoreUnavailable(String)
}
