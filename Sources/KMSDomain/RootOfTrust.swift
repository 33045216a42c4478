package import SecretMemory

/// The key above all keys: it seals rows of material and signs the audit log, by derivation only,
/// so that a token can hold it and never give it away.
package protocol RootOfTrust: Sendable {
    /// HKDF-Expand(root, info, 32): one HMAC-SHA-256 of `info ‖ 01`, which is CKM_SHA256_HMAC.
    func derive(info: [UInt8]) throws(RootOfTrustError) -> SecretBytes
}

package enum RootOfTrustError: Error, Equatable, Sendable {
    /// The token or library that holds the root did not answer as it should.
    case unavailable(String)
    /// What led to it has ended: the keystore has to be opened anew.
    case lost
}
