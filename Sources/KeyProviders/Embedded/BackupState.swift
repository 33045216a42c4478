package import KMSDomain

/// Whether the keys would survive the loss of this machine, as far as the keystore knows.
package enum BackupState: Equatable, Sendable {
    case none
    case made(Timestamp)
    /// Key material has been made since.
    case outdated(Timestamp)
}
