/// Whether a principal may do something, and what every statement and grant said to it.
package struct AccessDecision: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        case allowed(Ground)
        case denied(Denial)
    }

    /// What the permission rests on.
    package enum Ground: Equatable, Sendable {
        case resourcePolicy
        /// The key's account leaves it to identity policies, or no key is concerned.
        case identityPolicy
        case grant(GrantID)
        /// The root of an account may do everything in it that a key policy does not reserve.
        case accountRoot
    }

    package enum Denial: Equatable, Sendable {
        case explicit(PolicySource)
        /// Neither the key's policy nor a grant allows it.
        case noResourcePolicy
        case noIdentityPolicy
        case noSessionPolicy
        /// The key is another account's, and that account does not allow it. There may be no such
        /// key: the caller is not to learn which.
        case foreignResource
    }

    package let outcome: Outcome
    package let statements: [StatementFinding]
    package let grants: [GrantFinding]

    /// The same of an operation that is none across accounts, whatever the policies say.
    package var refusedAcrossAccounts: AccessDecision {
        AccessDecision(outcome: .denied(.foreignResource), statements: statements, grants: grants)
    }

    package var isAllowed: Bool {
        if case .allowed = outcome { true } else { false }
    }
}

/// Where a statement stands: the policy, and which of its kind.
package enum PolicySource: Equatable, Sendable {
    case resourcePolicy
    case identityPolicy(index: Int)
    case sessionPolicy(index: Int)
}

/// What one statement says to one request.
package struct StatementFinding: Equatable, Sendable {
    package enum Verdict: Equatable, Sendable {
        /// It allows or denies, as its effect is.
        case applies(PrincipalPattern.Match)
        case otherPrincipal
        case otherAction
        case otherResource
        case conditionNotMet(operator: String, key: String)
        /// A variable without a value allows nothing.
        case variableWithoutValue(String)
    }

    package let source: PolicySource
    /// From 0.
    package let index: Int
    package let sid: String?
    package let effect: PolicyStatement.Effect
    package let verdict: Verdict
}

package struct GrantFinding: Equatable, Sendable {
    package let id: GrantID
    package let verdict: Grant.Verdict
}
