/// The decision. What is not allowed is denied, and whatever denies explicitly wins.
///
/// On a key of the caller's own account one of these allows: the key policy, by naming the caller;
/// the key policy, by naming the account, together with an identity policy; a grant. On a key of
/// another account the key policy or a grant there, and an identity policy here. Where there is no
/// key, an identity policy. A session policy has to allow too, unless the key policy names the
/// session itself. (AWS, "Policy evaluation logic"; KMS developer guide, "Troubleshooting key
/// access".)
extension AccessQuestion {
    package func decide() -> AccessDecision {
        var evaluation = AccessEvaluation(self)
        return evaluation.decide()
    }

    /// Whether the caller could change the policy again if it were this one: who may not would lock
    /// himself out, and everybody else with him. A policy that leaves it to the account passes.
    package func keepsControl(_ policy: Policy) -> Bool {
        var question = self
        question.action = "kms:PutKeyPolicy"
        question.resourcePolicy = policy
        var evaluation = AccessEvaluation(question)
        let findings = evaluation.examine(policy, .resourcePolicy)
        return !findings.denies && findings.match != nil
    }
}

struct AccessEvaluation {
    /// What one policy, or all of a kind, say.
    struct Findings {
        var denies = false
        /// How close the closest statement that allows comes to the caller.
        var match: PrincipalPattern.Match?
    }

    private let question: AccessQuestion
    private let action: [UInt8]
    private let resource: [UInt8]
    private(set) var statements: [StatementFinding] = []

    init(_ question: AccessQuestion) {
        self.question = question
        action = question.action.utf8.map(ConditionName.folded)
        resource = Array(question.resource.text.utf8)
    }

    mutating func decide() -> AccessDecision {
        var denial: PolicySource?
        var key = question.resourcePolicy.map { examine($0, .resourcePolicy) }
        if let retirement = question.retirement { key = Findings(match: retirement.match) }
        if key?.denies == true { denial = .resourcePolicy }
        var identityAllows = question.principal.kind == .root
        for (index, policy) in question.identityPolicies.enumerated() {
            let source = PolicySource.identityPolicy(index: index)
            let findings = examine(policy, source)
            if findings.denies { denial = denial ?? source }
            if findings.match != nil { identityAllows = true }
        }
        var sessionAllows = question.sessionPolicies == nil
        for (index, policy) in (question.sessionPolicies ?? []).enumerated() {
            let source = PolicySource.sessionPolicy(index: index)
            let findings = examine(policy, source)
            if findings.denies { denial = denial ?? source }
            if findings.match != nil { sessionAllows = true }
        }
        let grants = examineGrants()
        let outcome: AccessDecision.Outcome
        if let denial {
            outcome = .denied(
                isForeign && denial == .resourcePolicy ? .foreignResource : .explicit(denial))
        } else {
            outcome = decide(
                key: key?.match, grant: Self.closest(grants), identityAllows: identityAllows,
                sessionAllows: sessionAllows)
        }
        return AccessDecision(outcome: outcome, statements: statements, grants: grants)
    }

    private var isForeign: Bool {
        if case .owned(_, let accountID) = question.resource, question.retirement == nil {
            accountID != question.principal.accountID
        } else {
            false
        }
    }

    private func decide(
        key: PrincipalPattern.Match?, grant: (id: GrantID, match: PrincipalPattern.Match)?,
        identityAllows: Bool, sessionAllows: Bool
    ) -> AccessDecision.Outcome {
        let isRoot = question.principal.kind == .root
        guard case .owned = question.resource else {
            guard identityAllows else { return .denied(.noIdentityPolicy) }
            guard sessionAllows else { return .denied(.noSessionPolicy) }
            return .allowed(isRoot ? .accountRoot : .identityPolicy)
        }
        if isForeign {
            guard identityAllows else { return .denied(.noIdentityPolicy) }
            guard key != nil || grant != nil else { return .denied(.foreignResource) }
            guard sessionAllows else { return .denied(.noSessionPolicy) }
            return .allowed(grantGround(key, grant))
        }
        // What names the session itself, its own policies do not narrow.
        if key == .session || grant?.match == .session { return .allowed(grantGround(key, grant)) }
        let closest = [key, grant?.match].compactMap(\.self).max()
        if closest == .principal {
            guard sessionAllows else { return .denied(.noSessionPolicy) }
            return .allowed(key == .principal ? .resourcePolicy : grantGround(nil, grant))
        }
        guard identityAllows else { return .denied(.noIdentityPolicy) }
        guard closest != nil else { return .denied(.noResourcePolicy) }
        guard sessionAllows else { return .denied(.noSessionPolicy) }
        return .allowed(.identityPolicy)
    }

    /// The key policy where it allows, at least as closely as the grant; else the grant.
    private func grantGround(
        _ key: PrincipalPattern.Match?, _ grant: (id: GrantID, match: PrincipalPattern.Match)?
    ) -> AccessDecision.Ground {
        if let grant, key.map({ $0 < grant.match }) ?? true {
            .grant(grant.id)
        } else {
            .resourcePolicy
        }
    }

    /// What a policy says, noted statement by statement.
    mutating func examine(_ policy: Policy, _ source: PolicySource) -> Findings {
        var findings = Findings()
        for (index, statement) in policy.statements.enumerated() {
            let verdict = verdict(of: statement)
            statements.append(
                StatementFinding(
                    source: source, index: index, sid: statement.sid, effect: statement.effect,
                    verdict: verdict))
            guard case .applies(let match) = verdict else { continue }
            switch statement.effect {
            case .deny: findings.denies = true
            case .allow: findings.match = max(findings.match ?? match, match)
            }
        }
        return findings
    }

    private func verdict(of statement: PolicyStatement) -> StatementFinding.Verdict {
        guard let match = statement.principals.match(question.principal) else {
            return .otherPrincipal
        }
        guard statement.actions.contain(action) else { return .otherAction }
        for name in statement.requiredVariables where question.context.variable(name) == nil {
            return .variableWithoutValue(name.text)
        }
        guard statement.resources.contain(resource, in: question.context) else {
            return .otherResource
        }
        for condition in statement.conditions where !condition.isMet(in: question.context) {
            return .conditionNotMet(
                operator: condition.conditionOperator.name, key: condition.key.text)
        }
        return .applies(match)
    }

    private func examineGrants() -> [GrantFinding] {
        guard case .owned = question.resource else { return [] }
        let operation = Grant.Operation(action: question.action)
        return question.grants.map { grant in
            GrantFinding(
                id: grant.id,
                verdict: grant.verdict(
                    on: question.principal, operation: operation,
                    context: question.encryptionContext, newGrant: question.newGrant))
        }
    }

    private static func closest(
        _ findings: [GrantFinding]
    ) -> (id: GrantID, match: PrincipalPattern.Match)? {
        var closest: (id: GrantID, match: PrincipalPattern.Match)?
        for finding in findings {
            if case .allows(let match) = finding.verdict, closest.map({ $0.match < match }) ?? true
            {
                closest = (finding.id, match)
            }
        }
        return closest
    }
}
