package import KMSDomain

/// A decision explained: which policies and grants were looked at, and what each of their statements
/// said to the request.
package struct PolicySimulation: Equatable, Sendable {
    package struct ExaminedPolicy: Equatable, Sendable {
        package let source: PolicySource
        /// Of an identity's policy, the name it was given.
        package let name: String?
        package let statements: [StatementFinding]
    }

    package let principalARN: String
    package let action: String
    /// The ARN of the key, or what the request named if there is no such key; `*` for no key.
    package let resource: String
    package let outcome: AccessDecision.Outcome
    package let policies: [ExaminedPolicy]
    package let grants: [GrantFinding]

    package var isAllowed: Bool {
        if case .allowed = outcome { true } else { false }
    }

    /// - Parameter identityPolicyNames: in the order in which the decision took them.
    package init(
        of decision: AccessDecision, principalARN: String, action: String, resource: String,
        identityPolicyNames: [String]
    ) {
        self.principalARN = principalARN
        self.action = action
        self.resource = resource
        outcome = decision.outcome
        grants = decision.grants
        var policies: [ExaminedPolicy] = []
        var rest = decision.statements[...]
        while let source = rest.first?.source {
            let statements = rest.prefix { $0.source == source }
            rest = rest.dropFirst(statements.count)
            var name: String?
            if case .identityPolicy(let index) = source { name = identityPolicyNames[index] }
            policies.append(
                ExaminedPolicy(source: source, name: name, statements: Array(statements)))
        }
        self.policies = policies
    }
}
