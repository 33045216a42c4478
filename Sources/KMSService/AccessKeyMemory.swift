internal import KMSDomain
internal import SecretMemory
internal import Synchronization

/// Access keys that were looked up since the store last changed.
final class AccessKeyMemory: Sendable {
    struct State {
        var changeCount: UInt64?
        var known: [String: KnownAccessKey] = [:]
    }

    static let maximumCount = 10_000

    let keys = Mutex(State())
}

/// An active access key: whose it is, and its secret.
final class KnownAccessKey: Sendable {
    let kind: Caller.Kind
    let principalID: String
    let arn: String
    let accountID: String
    let userName: String?
    let secret: SigningSecret

    init(
        kind: Caller.Kind, principalID: String, arn: String, accountID: String,
        userName: String?, secret: consuming SecretBytes
    ) {
        self.kind = kind
        self.principalID = principalID
        self.arn = arn
        self.accountID = accountID
        self.userName = userName
        self.secret = SigningSecret(secret)
    }
}
