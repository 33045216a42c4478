package import FileIO

/// What keeps Vault or OpenBao from doing what was asked.
package enum VaultError: Error, Equatable, Sendable {
    /// An environment variable that is needed is unset, or holds nothing that it may hold.
    case notSet(String)
    /// The address is no URL, or `http` to another machine.
    case badAddress
    case badTLS(TLSSettings.Failure)
    case unreadable(FileError)
    case noToken
    /// `MOUNT/KEY` is not of the characters that such names have.
    case badKeyName(String)

    case unreachable(TransportError)
    case notInitialised
    case sealed
    /// It stands by for another node, whose address it may have given: nobody follows that.
    case standby
    /// Too many requests, or an error of its own.
    case busy(status: Int)

    /// The token, its policies or the login are refused, with the service's first words.
    case denied(String)
    case noSuchKey
    /// The key is of a type that binds a ciphertext to nothing.
    case notAEAD(type: String)
    /// Whether the key exists, and binds, cannot be found out with this token.
    case keyUnknown
    /// The ciphertext is not this key's, or not for this container.
    case notAuthentic
    /// The key may no longer be used in this version.
    case versionTooOld
    /// An answer that none of its documented answers is.
    case badAnswer
    case refused(status: Int, String)
}

extension VaultError {
    /// Whether the same request may fare better a moment later.
    var isTransient: Bool {
        switch self {
        case .unreachable(let error): error.isTransient && error != .timedOut
        case .busy: true
        default: false
        }
    }
}
