/// Who asks, after authentication.
package struct Caller: Equatable, Sendable {
    /// CloudTrail's `userIdentity.type`.
    package enum Kind: String, Sendable {
        case root = "Root"
        case user = "IAMUser"
        case role = "AssumedRole"
        case service = "AWSService"
    }

    package let kind: Kind
    package let principalID: String
    package let arn: String
    package let accountID: String
    /// The one that was asked: of the credential scope, where a request was signed.
    package let region: String
    /// The name the operating system or the directory knows, where there is one.
    package let userName: String?
    /// Where the request came from, in the words of CloudTrail's `sourceIPAddress`.
    package let source: String
    package let userAgent: String
    package let isOverTLS: Bool
    /// Of a role.
    package let session: CallerSession?
    /// The id that the caller was told of this one call; the records of it have the same.
    package var requestID: RandomID?

    package init(
        kind: Kind, principalID: String, arn: String, accountID: String, region: String,
        userName: String?, source: String, userAgent: String, isOverTLS: Bool = false,
        session: CallerSession? = nil
    ) {
        self.kind = kind
        self.principalID = principalID
        self.arn = arn
        self.accountID = accountID
        self.region = region
        self.userName = userName
        self.source = source
        self.userAgent = userAgent
        self.isOverTLS = isOverTLS
        self.session = session
    }

    /// Where a key or alias is that the caller names without saying where.
    package var realm: Realm { Realm(accountID: accountID, region: region) }

    /// In-process use: whoever may read the root key is root of the account.
    package static func localRoot(
        of realm: Realm, userName: String? = nil, userAgent: String = "coffer"
    ) -> Caller {
        Caller(
            kind: .root, principalID: realm.accountID,
            arn: "arn:aws:iam::\(realm.accountID):root", accountID: realm.accountID,
            region: realm.region, userName: userName, source: "local", userAgent: userAgent)
    }

    /// What the service does by itself: scheduled rotation, deletion at the end of the window.
    package static func service(of realm: Realm) -> Caller {
        Caller(
            kind: .service, principalID: "kms", arn: "arn:aws:iam::\(realm.accountID):service/kms",
            accountID: realm.accountID, region: realm.region,
            userName: nil, source: "local", userAgent: "coffer")
    }
}
