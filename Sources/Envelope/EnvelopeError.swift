package import FileIO
package import KeyProviders

/// Why a use case did not come to its end, beyond what files, containers and keys say themselves.
package enum EnvelopeError: Error, Equatable, Sendable {
    case noRecipient
    case tooManyRecipients(Int)
    case cannotWrap(recipient: String, KeyProviderError)
    /// Ranges, rewrapping and in-place work need a binary container in a regular file.
    case notSeekable(FileName)
    case isArmored(FileName)
    /// The container holds no archive with a member index.
    case notAnArchive(FileName)
    /// A recipient to remove is not in the header.
    case recipientNotFound(String)
    /// A recipient to add is there already.
    case recipientPresent(String)
    /// A passphrase would come to stand beside other recipients.
    case mixedPassphrase
    /// Removing would leave nobody who can open it.
    case noRecipientLeft
}
