package import KeyAgent
package import SecretMemory

/// Where a keystore's root shall be.
package enum NewRoot: ~Copyable, Sendable {
    /// In `root.key`, which its permissions protect.
    case file
    /// In `root.key`, sealed.
    case passphrase(SecretBytes)
    /// Sealed by the key of a token, or held by the token.
    case token(RootTokenName, RemoteAgentToken)

    /// Sealed if there is a passphrase.
    package init(passphrase: borrowing SecretBytes?) {
        switch passphrase {
        case .some(let passphrase): self = .passphrase(passphrase.duplicate())
        case .none: self = .file
        }
    }
}
