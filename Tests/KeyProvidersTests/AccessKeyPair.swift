import KMSDomain
import KMSService
import KMSStore
import SecretMemory

@testable import KeyProviders

/// Two access keys of a keystore: the account root's, and a user's that is switched off.
///
/// Secrets of tests are no secrets.
struct AccessKeyPair {
    private let secrets: [String: [UInt8]]

    init(in keys: EmbeddedKeyService) throws {
        let identities = keys.served.identities
        let account = keys.caller.realm.accountID
        try identities.createAccount(id: account, name: "root")
        let user = try identities.createUser(name: "alice", account: account).arn
        var secrets: [String: [UInt8]] = [:]
        for principal in ["arn:aws:iam::\(account):root", user] {
            let made = try identities.createAccessKey(for: principal)
            secrets[made.key.id] = made.secret.withBytes(Self.bytes)
            if principal == user {
                try identities.setAccessKey(made.key.id, active: false)
            }
        }
        self.secrets = secrets
    }

    /// Whether both are there and have the secrets that they were made with.
    func work(in keys: EmbeddedKeyService) throws -> Bool {
        let opener = AccessKeySecrets(root: keys.root.trust)
        let stored = try keys.store.read { try $0.accessKeys(after: nil, limit: 9) }
        for key in stored where Self.secret(of: key, opener) != secrets[key.id] { return false }
        return stored.map(\.id) == secrets.keys.sorted()
    }

    /// Nothing if it does not open.
    private static func secret(of key: AccessKey, _ opener: AccessKeySecrets) -> [UInt8]? {
        guard let secret = try? opener.secret(of: key) else { return nil }
        return secret.withBytes(bytes)
    }

    private static func bytes(_ span: RawSpan) -> [UInt8] {
        (0..<span.byteCount).map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
    }
}
