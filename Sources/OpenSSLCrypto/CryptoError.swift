/// Why a cryptographic operation did not happen.
package enum CryptoError: Error, Equatable, Sendable {
    /// The tag does not fit key, nonce, associated data and ciphertext: one case for every cause.
    case notAuthentic
    /// The bytes are no key of a kind that is known here, or of one that is not sound.
    case notAKey
    /// The library refused the call: what was asked of it, and its own code.
    case libraryFailure(operation: String, code: UInt)
}
