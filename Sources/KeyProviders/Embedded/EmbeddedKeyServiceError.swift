package import FileIO
package import KMSDomain
package import KMSService
package import KeyAgent
internal import OpenSSLCrypto

/// Why the embedded key service cannot be used.
package enum EmbeddedKeyServiceError: Error, Equatable, Sendable {
    /// There is no keystore in the directory.
    case missing
    case alreadyExists
    /// Some files of a keystore are there and these are not. Nothing was made up in their place.
    case incomplete(missing: [String])
    /// The directory or root key file can be read or changed by others.
    case looserPermissions(file: String, mode: UInt32)
    case notOwnedByUser(file: String)
    case wrongFileType(file: String)
    case cannotAccess(file: String, operation: String, errno: Int32)
    /// Neither 32 bytes nor a sealed root key.
    case rootKeyDamaged
    /// Sealed with a passphrase, and none was given.
    case passphraseRequired
    /// Sealed with a passphrase, and that could not be read or was not typed.
    case passphraseUnavailable(FileError)
    case wrongPassphrase
    /// `root.key` is not the root of `keys.sqlite`.
    case rootKeyOfAnotherKeystore
    /// The root is on a token, and this program reaches none.
    case rootOnToken(uri: String)
    /// The token with the root, or the agent that leads to it, did not do what it was asked.
    case token(uri: String, AgentClientError)
    /// The URI fits a token or key that is not the root's: serial and CKA_ID of both.
    case otherToken(uri: String, expected: String, found: String)
    /// The configuration, which could name the token's module, may have been written by others.
    case configurationNotTrusted(FileError)
    /// The backup's root is in a token and cannot be kept in another way.
    case rootStaysOnToken(uri: String)
    case store(KeyStoreError)
    case audit(AuditError)
    case service(KMSServiceError)
    case cryptographyFailed

    case notABackup
    case backupVersionUnsupported(Int)
    case backupTruncated
    case backupDamaged

    init(_ error: any Error) {
        switch error {
        case let error as EmbeddedKeyServiceError: self = error
        case let error as KeyStoreError: self = .store(error)
        case let error as AuditError: self = .audit(error)
        case let error as KMSServiceError: self = .service(error)
        case let error as KeyBackendError: self = .service(.backend(error))
        case is RootOfTrustError, is CryptoError: self = .cryptographyFailed
        default: preconditionFailure("keystore: unforeseen error \(type(of: error))")
        }
    }
}
