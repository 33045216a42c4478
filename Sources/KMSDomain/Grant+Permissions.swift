/// Whom a grant lets do what.
extension Grant {
    /// What a grant has to say to a request. An account as grantee delegates to its own policies, as
    /// it does in a key policy.
    package enum Verdict: Equatable, Sendable {
        case allows(PrincipalPattern.Match)
        case otherGrantee
        case otherOperation
        case constraintNotMet
        /// Right to make grants, but not this one.
        case widerThanParent
    }

    package func verdict(
        on principal: Principal, operation: Operation?, context: [GrantConstraint.Pair],
        newGrant: GrantProposal?
    ) -> Verdict {
        guard let match = grantee.match(principal) else { return .otherGrantee }
        guard let operation, operations.contains(operation) else { return .otherOperation }
        if operation.hasEncryptionContext, let constraint, !constraint.allows(context) {
            return .constraintNotMet
        }
        if operation == .createGrant {
            guard let newGrant, permits(newGrant) else { return .widerThanParent }
        }
        return .allows(match)
    }

    /// Whether the permission to make grants that this grant gives covers a new one: no other
    /// operations than its own, and no wider constraint (developer guide, "Granting CreateGrant
    /// permission").
    private func permits(_ grant: GrantProposal) -> Bool {
        guard grant.operations.isSubset(of: operations) else { return false }
        guard let constraint else { return true }
        return grant.constraint.map(constraint.isAtLeastAsWide) ?? false
    }

    /// Whether the principal may retire the grant because the grant says so: as its retiring
    /// principal, or as its grantee if RetireGrant is among the operations.
    ///
    /// An account that the grant names there retires by its root, and by those to whom its identity
    /// policies give kms:RetireGrant; so does the account of whoever made the grant.
    package func retirement(by principal: Principal) -> PrincipalPattern.Match? {
        var matches = [retiringPrincipal?.match(principal)]
        if operations.contains(.retireGrant) { matches.append(grantee.match(principal)) }
        if let issuer = ARN(text: issuingPrincipal) {
            matches.append(PrincipalPattern.account(issuer.accountID).match(principal))
        }
        return matches.compactMap(\.self).max()
    }
}

/// What a grant says of a principal who wants to retire it; nothing if it does not mean him.
package struct GrantRetirement: Equatable, Sendable {
    package let match: PrincipalPattern.Match?

    package init(match: PrincipalPattern.Match?) { self.match = match }
}

/// A grant that somebody wants to make.
package struct GrantProposal: Equatable, Sendable {
    package let operations: Set<Grant.Operation>
    package let constraint: GrantConstraint?

    package init(operations: Set<Grant.Operation>, constraint: GrantConstraint?) {
        self.operations = operations
        self.constraint = constraint
    }
}
