import KMSDomain
import KMSService
import Testing

/// Thousands of random policies and requests: against an oracle, and for what holds of all of them.
@Suite struct PolicyOracleTests {
    private static let questions = Result {
        try PolicyOracle.worlds.get().flatMap { try $0.questions() }
    }

    /// A generator that gives the same numbers on every run.
    struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    @Test("Each decision is the oracle's, with its ground")
    func oracle() throws {
        let questions = try Self.questions.get()
        #expect(questions.count == 30_000)
        var outcomes: Set<String> = []
        for (question, outcome) in questions {
            let decision = question.decide()
            outcomes.insert(outcome)
            if decision.outcome.word != outcome {
                Issue.record("\(decision.outcome.word), not \(outcome), of \(question)")
                return
            }
        }
        // Every kind of end is among them.
        #expect(
            outcomes.isSuperset(of: [
                "keyPolicy", "identityPolicy", "grant", "accountRoot", "explicit key",
                "explicit identity 0", "explicit session 0", "noResourcePolicy", "noIdentityPolicy",
                "noSessionPolicy", "foreignResource",
            ]))
    }

    private static func all(_ effect: PolicyStatement.Effect) throws -> PolicyStatement {
        try PolicyStatement(
            effect: effect, principals: .any(of: [.anyone]),
            actions: .any(of: [ActionPattern("*")]),
            resources: .any(of: [ARNPattern("*", version: .of2012)]))
    }

    private static func adding(_ statement: PolicyStatement, to policy: Policy) -> Policy {
        Policy(version: policy.version, statements: policy.statements + [statement])
    }

    /// The question with a statement more, in each of its policies in turn.
    private static func variants(
        of question: AccessQuestion, adding statement: PolicyStatement
    ) -> [AccessQuestion] {
        var variants: [AccessQuestion] = []
        if let policy = question.resourcePolicy {
            var variant = question
            variant.resourcePolicy = adding(statement, to: policy)
            variants.append(variant)
        }
        for index in question.identityPolicies.indices {
            var variant = question
            variant.identityPolicies[index] = adding(statement, to: variant.identityPolicies[index])
            variants.append(variant)
        }
        for index in (question.sessionPolicies ?? []).indices {
            var variant = question
            if let policy = variant.sessionPolicies?[index] {
                variant.sessionPolicies?[index] = adding(statement, to: policy)
            }
            variants.append(variant)
        }
        return variants
    }

    @Test("A statement that denies all denies, wherever it stands")
    func denyWins() throws {
        let deny = try Self.all(.deny)
        for (question, _) in try Self.questions.get().prefix(6000) {
            for variant in Self.variants(of: question, adding: deny) {
                #expect(!variant.decide().isAllowed)
            }
        }
    }

    @Test("One more statement that allows, or grant, never takes a permission away")
    func allowNeverTakes() throws {
        let questions = try Self.questions.get()
        var random = Seeded(state: 1)
        let statements = questions.compactMap(\.question.resourcePolicy).flatMap(\.statements)
            .filter { $0.effect == .allow }
        let grants = questions.flatMap(\.question.grants)
        var count = 0
        for (question, _) in questions where question.decide().isAllowed {
            count += 1
            let statement = try #require(statements.randomElement(using: &random))
            for variant in Self.variants(of: question, adding: statement) {
                #expect(variant.decide().isAllowed)
            }
            var variant = question
            variant.grants.append(try #require(grants.randomElement(using: &random)))
            #expect(variant.decide().isAllowed)
        }
        #expect(count > 2000)
    }

    @Test("One more statement that denies never gives a permission")
    func denyNeverGives() throws {
        let questions = try Self.questions.get()
        var random = Seeded(state: 2)
        let statements = questions.compactMap(\.question.resourcePolicy).flatMap(\.statements)
            .filter { $0.effect == .deny }
        for (question, _) in questions.prefix(10_000) where !question.decide().isAllowed {
            let statement = try #require(statements.randomElement(using: &random))
            for variant in Self.variants(of: question, adding: statement) {
                #expect(!variant.decide().isAllowed)
            }
        }
    }

    @Test("The order of statements, policies and grants does not matter")
    func order() throws {
        var random = Seeded(state: 3)
        for (question, _) in try Self.questions.get().prefix(6000) {
            var variant = question
            variant.resourcePolicy = question.resourcePolicy.map { policy in
                Policy(
                    version: policy.version,
                    statements: policy.statements.shuffled(using: &random))
            }
            variant.identityPolicies.reverse()
            variant.grants.reverse()
            #expect(variant.decide().isAllowed == question.decide().isAllowed)
        }
    }

    @Test("Action and NotAction, Resource and NotResource part all requests between them")
    func partition() throws {
        for (question, _) in try Self.questions.get().prefix(6000) {
            guard let policy = question.resourcePolicy else { continue }
            for statement in policy.statements {
                func applies(
                    _ actions: PolicyStatement.Actions, _ resources: PolicyStatement.Resources
                ) throws -> Bool {
                    // As a denial: an allowing statement has to have values for its variables.
                    let alone = try PolicyStatement(
                        effect: .deny, principals: .any(of: [.anyone]), actions: actions,
                        resources: resources)
                    var variant = question
                    variant.resourcePolicy = Policy(version: policy.version, statements: [alone])
                    return variant.decide().statements.contains {
                        $0.source == .resourcePolicy && $0.verdict == .applies(.principal)
                    }
                }
                let everything = PolicyStatement.Resources.any(
                    of: [try ARNPattern("*", version: .of2012)])
                #expect(
                    try applies(statement.actions, everything)
                        != applies(statement.actions.opposite, everything))
                let anything = PolicyStatement.Actions.any(of: [try ActionPattern("*")])
                #expect(
                    try applies(anything, statement.resources)
                        != applies(anything, statement.resources.opposite))
            }
        }
    }

    @Test("The explanation bears the decision out")
    func explanation() throws {
        for (question, _) in try Self.questions.get().prefix(6000) {
            let decision = question.decide()
            let applying = decision.statements.filter {
                if case .applies = $0.verdict { true } else { false }
            }
            let denies = applying.contains { $0.effect == .deny }
            switch decision.outcome {
            case .allowed(let ground):
                #expect(!denies)
                switch ground {
                case .resourcePolicy:
                    #expect(
                        applying.contains { $0.source == .resourcePolicy && $0.effect == .allow })
                case .grant(let id):
                    #expect(
                        decision.grants.contains { finding in
                            if finding.id == id, case .allows = finding.verdict {
                                true
                            } else {
                                false
                            }
                        })
                case .identityPolicy, .accountRoot: break
                }
            case .denied(.explicit): #expect(denies)
            case .denied(.foreignResource): break
            case .denied: #expect(!denies)
            }
        }
    }
}

extension PolicyStatement.Actions {
    var opposite: Self {
        switch self {
        case .any(let patterns): .allBut(patterns)
        case .allBut(let patterns): .any(of: patterns)
        }
    }
}

extension PolicyStatement.Resources {
    var opposite: Self {
        switch self {
        case .implied: .implied
        case .any(let patterns): .allBut(patterns)
        case .allBut(let patterns): .any(of: patterns)
        }
    }
}
