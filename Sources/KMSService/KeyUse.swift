internal import KMSDomain
internal import KMSModel

/// What a request wants with the key that it names.
struct KeyUse {
    let operation: KMSOperation
    /// What the key must have been made for; nothing if that is no matter.
    let usage: Key.Usage?
    var context: EncryptionContext = .empty
    var grantTokens: [String] = []
    var access = AccessFacts()
}
