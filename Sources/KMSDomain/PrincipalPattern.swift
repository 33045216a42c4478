/// An entry of a statement's Principal or NotPrincipal, and of a grant.
package enum PrincipalPattern: Hashable, Sendable {
    case anyone
    /// Its root, and to whom the account's own policies delegate.
    case account(String)
    /// A user, a role, a session of a role, a federated user.
    case arn(String)
    /// A service or an identity provider; none of them calls this service.
    case elsewhere(String)

    /// How close an entry comes to a caller. Ordered: the closer, the later.
    package enum Match: Int, Comparable, Sendable {
        /// Names the account: the account decides by policies of its own.
        case account
        /// Names the user or role, or everybody.
        case principal
        /// Names this session of a role, which a session policy then does not narrow.
        case session

        package static func < (left: Match, right: Match) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// An entry under `AWS`: `*`, an account by its number or its root's ARN, or an ARN in full.
    ///
    /// - Throws: ``PolicyError/invalidPrincipal(_:)`` for all else, wildcards within an ARN too.
    package init(aws text: String) throws(PolicyError) {
        if text == "*" {
            self = .anyone
        } else if Self.isAccountID(text) {
            self = .account(text)
        } else {
            guard let arn = ARN(text: text), arn.partition == "aws", arn.region.isEmpty,
                Self.isAccountID(arn.accountID)
            else { throw .invalidPrincipal(text) }
            try self.init(arn, text)
        }
    }

    private init(_ arn: ARN, _ text: String) throws(PolicyError) {
        if arn.service == "iam", arn.resource == "root" {
            self = .account(arn.accountID)
            return
        }
        let parts = arn.resource.utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let count: ClosedRange<Int>
        switch (arn.service, parts.first.map { String($0) }) {
        case ("iam", "user"), ("iam", "role"): count = 2...64
        case ("sts", "assumed-role"): count = 3...3
        case ("sts", "federated-user"): count = 2...2
        default: throw .invalidPrincipal(text)
        }
        guard count.contains(parts.count), parts.allSatisfy({ !$0.isEmpty }),
            arn.resource.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"*?".utf8.contains($0) })
        else { throw .invalidPrincipal(text) }
        self = .arn(text)
    }

    package static func isAccountID(_ text: String) -> Bool {
        text.utf8.count == 12
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// In full, as grants are stored and found.
    package var text: String {
        switch self {
        case .anyone: "*"
        case .account(let id): Principal.rootARN(ofAccount: id)
        case .arn(let text), .elsewhere(let text): text
        }
    }

    /// Nothing if the entry means somebody else.
    package func match(_ principal: Principal) -> Match? {
        switch self {
        case .anyone: return .principal
        case .account(let id):
            guard principal.accountID == id, principal.kind != .service else { return nil }
            return principal.kind == .root ? .principal : .account
        case .arn(let text):
            if case .roleSession(let role) = principal.kind {
                return text == principal.arn ? .session : text == role ? .principal : nil
            }
            return text == principal.arn ? .principal : nil
        case .elsewhere: return nil
        }
    }
}

extension PolicyStatement.Principals {
    /// How the statement means the caller; nothing if it does not.
    ///
    /// AWS looks for the account, the role and the caller in NotPrincipal one after the other, and the
    /// statement, which denies, holds for whoever is not there with all of them.
    func match(_ principal: Principal) -> PrincipalPattern.Match? {
        switch self {
        case .implied: .principal
        case .any(let patterns): patterns.compactMap { $0.match(principal) }.max()
        case .allBut(let patterns):
            patterns.contains(.anyone) || principal.chain.allSatisfy(patterns.contains)
                ? nil : .principal
        }
    }
}
