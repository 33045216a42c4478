/// A user or a role of an account: who may be named in policies and has policies of its own.
package struct Identity: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case user
        /// `trustPolicy` is the text as it was given: who may assume the role.
        case role(trustPolicy: String, maximumSessionSeconds: Int)
    }

    /// `AIDA…` or `AROA…`, never given to another.
    package let uniqueID: String
    package let accountID: String
    /// Between slashes, as in `/team/`; `/` where there is none.
    package let path: String
    package let name: String
    package var kind: Kind
    package let creationDate: Timestamp
    package var tags: [IdentityTag]

    package init(
        uniqueID: String, accountID: String, path: String = "/", name: String, kind: Kind,
        creationDate: Timestamp, tags: [IdentityTag] = []
    ) {
        self.uniqueID = uniqueID
        self.accountID = accountID
        self.path = path
        self.name = name
        self.kind = kind
        self.creationDate = creationDate
        self.tags = tags
    }

    package var arn: String {
        let type =
            switch kind {
            case .user: "user"
            case .role: "role"
            }
        return "arn:aws:iam::\(accountID):\(type)\(path)\(name)"
    }

    /// What the ARNs of a role's sessions begin with.
    package var sessionARNPrefix: String? {
        switch kind {
        case .user: nil
        case .role: "arn:aws:sts::\(accountID):assumed-role/\(name)/"
        }
    }

    /// Whether an ARN is of this identity, or of a session of it.
    package func isNamed(by arn: String) -> Bool {
        if arn.utf8.elementsEqual(self.arn.utf8) { return true }
        guard let sessionARNPrefix else { return false }
        return arn.utf8.starts(with: sessionARNPrefix.utf8)
    }
}

/// A tag of an identity or a key: `aws:PrincipalTag/KEY`, `aws:ResourceTag/KEY`.
package struct IdentityTag: Equatable, Sendable {
    package let key: String
    package let value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// A policy of an identity, as it was given.
package struct IdentityPolicy: Equatable, Sendable {
    package let identityARN: String
    package let name: String
    package let text: String

    package init(identityARN: String, name: String, text: String) {
        self.identityARN = identityARN
        self.name = name
        self.text = text
    }
}

/// An account, whose root may do everything in it that a key policy does not reserve.
package struct Account: Equatable, Sendable {
    /// Twelve digits.
    package let id: String
    package let name: String
    package let creationDate: Timestamp

    package init(id: String, name: String, creationDate: Timestamp) {
        self.id = id
        self.name = name
        self.creationDate = creationDate
    }
}

/// A lasting credential: its name, and its secret as it lies in a store, sealed.
package struct AccessKey: Equatable, Sendable {
    /// `AKIA…`.
    package let id: String
    /// Of a user, or of an account's root.
    package let principalARN: String
    package var isActive: Bool
    package let creationDate: Timestamp
    package var sealedSecret: [UInt8]

    package init(
        id: String, principalARN: String, isActive: Bool, creationDate: Timestamp,
        sealedSecret: [UInt8]
    ) {
        self.id = id
        self.principalARN = principalARN
        self.isActive = isActive
        self.creationDate = creationDate
        self.sealedSecret = sealedSecret
    }
}
