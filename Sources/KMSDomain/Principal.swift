/// Who asks, as policies see it: the principal itself and those it belongs to.
package struct Principal: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case root
        case user
        /// A session of the role of this ARN.
        case roleSession(role: String)
        case service
    }

    package let kind: Kind
    package let accountID: String
    /// `arn:aws:iam::ACCOUNT:root`, `…:user/PATH/NAME`, `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    package let arn: String

    package init(kind: Kind, accountID: String, arn: String) {
        self.kind = kind
        self.accountID = accountID
        self.arn = arn
    }

    package static func rootARN(ofAccount accountID: String) -> String {
        "arn:aws:iam::\(accountID):root"
    }

    /// What a policy may call it that means it alone: for a session also its role.
    package var ownARNs: [String] {
        switch kind {
        case .roleSession(let role): [arn, role]
        case .root, .user, .service: [arn]
        }
    }

    /// The account, the role and the principal, each of which NotPrincipal has to name.
    package var chain: [PrincipalPattern] {
        switch kind {
        case .root: [.account(accountID)]
        case .service: [.arn(arn)]
        case .user, .roleSession: [.account(accountID)] + ownARNs.map { .arn($0) }
        }
    }

    /// What AWS tells of it in `aws:PrincipalArn`: of a session its role.
    package var conditionARN: String {
        if case .roleSession(let role) = kind { role } else { arn }
    }
}
