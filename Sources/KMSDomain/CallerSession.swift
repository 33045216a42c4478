/// What is known of a caller that came with a session token.
package struct CallerSession: Equatable, Sendable {
    /// `arn:aws:iam::ACCOUNT:role/PATH/NAME`.
    package let roleARN: String
    package let issueTime: Timestamp
    /// Texts of the policies that narrow it; none if it is not narrowed.
    package let policies: [String]

    package init(roleARN: String, issueTime: Timestamp, policies: [String]) {
        self.roleARN = roleARN
        self.issueTime = issueTime
        self.policies = policies
    }
}

extension Caller {
    /// As policies see it.
    package var principal: Principal {
        let principalKind: Principal.Kind =
            switch kind {
            case .root: .root
            case .user: .user
            case .role: .roleSession(role: session?.roleARN ?? arn)
            case .service: .service
            }
        return Principal(kind: principalKind, accountID: accountID, arn: arn)
    }
}
