import KMSDomain
import Testing

/// Constraints, and who may end a grant.
@Suite struct GrantTests {
    typealias Pair = GrantConstraint.Pair

    static func pair(_ key: String, _ value: String) -> Pair {
        Pair(key: Array(key.utf8), value: Array(value.utf8))
    }

    private static let it = pair("Dept", "IT")
    private static let lowerIT = pair("dept", "IT")
    private static let finance = pair("Dept", "Finance")
    private static let app = pair("App", "x")

    @Test(
        "Names of a constraint's pairs are compared without their case, values with it",
        arguments: [
            ([it], nil, [it], true), ([it], nil, [lowerIT], true), ([it], nil, [finance], false),
            ([it], nil, [it, app], false), ([it], nil, [], false), ([], nil, [], true),
            (nil, [it], [it, app], true), (nil, [it], [lowerIT, app], true),
            (nil, [it], [app], false), (nil, [it], [pair("Dept", "it")], false),
            (nil, [], [app], true), ([it, app], [it], [app, it], true),
            ([it, app], [finance], [app, it], false), ([it, it], nil, [it], false),
        ] as [([Pair]?, [Pair]?, [Pair], Bool)])
    func constraints(equals: [Pair]?, subset: [Pair]?, context: [Pair], isMet: Bool) throws {
        let constraint = try #require(GrantConstraint(equals: equals, subset: subset))
        #expect(constraint.allows(context) == isMet)
    }

    @Test("A constraint that counts as wider allows every context that the narrower allows")
    func wider() throws {
        let pool = [Self.it, Self.lowerIT, Self.finance, Self.app]
        let sets = (0..<16).map { bits in
            pool.indices.filter { bits >> $0 & 1 == 1 }.map { pool[$0] }
        }
        let choices: [[Pair]?] = [nil] + sets.map(Optional.some)
        var constraints: [GrantConstraint] = []
        for equals in choices {
            for subset in choices.prefix(6) {
                if let constraint = GrantConstraint(equals: equals, subset: subset) {
                    constraints.append(constraint)
                }
            }
        }
        var widerCount = 0
        for parent in constraints {
            for child in constraints where parent.isAtLeastAsWide(as: child) {
                widerCount += 1
                for context in sets where child.allows(context) {
                    #expect(parent.allows(context))
                }
            }
        }
        #expect(widerCount > constraints.count)
    }

    private static func grant(
        grantee: String, retiring: String?, operations: Set<Grant.Operation>
    ) throws -> Grant {
        Grant(
            id: try #require(GrantID(bytes: [UInt8](repeating: 1, count: 32))),
            keyID: try #require(KeyID(bytes: [UInt8](repeating: 2, count: 16))), name: nil,
            creationDate: Timestamp(millisecondsSince1970: 0),
            grantee: try PrincipalPattern(aws: grantee),
            retiringPrincipal: try retiring.map { try PrincipalPattern(aws: $0) },
            issuingPrincipal: "arn:aws:iam::111122223333:user/admin", operations: operations,
            constraint: nil)
    }

    private static let alice = Principal(
        kind: .user, accountID: "444455556666", arn: "arn:aws:iam::444455556666:user/alice")

    @Test("A grant is retired by its retiring principal, or its grantee if it says so")
    func retirement() throws {
        let bob = "arn:aws:iam::444455556666:user/bob"
        #expect(
            try Self.grant(grantee: bob, retiring: Self.alice.arn, operations: [.decrypt])
                .retirement(by: Self.alice) == .principal)
        #expect(
            try Self.grant(grantee: Self.alice.arn, retiring: bob, operations: [.decrypt])
                .retirement(by: Self.alice) == nil)
        #expect(
            try Self.grant(
                grantee: Self.alice.arn, retiring: nil, operations: [.decrypt, .retireGrant]
            ).retirement(by: Self.alice) == .principal)
        #expect(
            try Self.grant(grantee: bob, retiring: "444455556666", operations: [.decrypt])
                .retirement(by: Self.alice) == .account)
    }

    @Test("The account of whoever made a grant may retire it, by its root or who has it from there")
    func issuer() throws {
        let grant = try Self.grant(
            grantee: Self.alice.arn, retiring: nil, operations: [.decrypt])
        let root = Principal(
            kind: .root, accountID: "111122223333", arn: "arn:aws:iam::111122223333:root")
        let user = Principal(
            kind: .user, accountID: "111122223333", arn: "arn:aws:iam::111122223333:user/bob")
        #expect(grant.retirement(by: root) == .principal)
        #expect(grant.retirement(by: user) == .account)
    }

    @Test(
        "Who retires is decided by the grant, unless a policy denies it",
        arguments: [
            (.principal, nil, true), (.principal, .deny, false), (.account, nil, false),
            (.account, .allow, true), (nil, .allow, false), (nil, nil, false),
        ] as [(PrincipalPattern.Match?, PolicyStatement.Effect?, Bool)])
    func retirementDecision(
        match: PrincipalPattern.Match?, effect: PolicyStatement.Effect?, isAllowed: Bool
    ) throws {
        let policies = try effect.map { effect in
            Policy(
                version: .of2012,
                statements: [
                    try PolicyStatement(
                        effect: effect, actions: .any(of: [ActionPattern("kms:RetireGrant")]),
                        resources: .any(of: [ARNPattern("*", version: .of2012)]))
                ])
        }
        var question = AccessQuestion(
            principal: Self.alice, action: "kms:RetireGrant",
            resource: .owned(arn: "arn:aws:kms:r:111122223333:key/k", accountID: "111122223333"),
            context: ConditionContext(), identityPolicies: [policies].compactMap(\.self))
        question.retirement = GrantRetirement(match: match)
        #expect(question.decide().isAllowed == isAllowed)
    }

    @Test("A grant id survives its text")
    func identifier() throws {
        let id = try #require(GrantID(bytes: (0..<32).map { UInt8($0 * 8) }))
        #expect(id.text.utf8.count == 64)
        #expect(GrantID(text: id.text) == id)
        for text in ["", String(id.text.dropLast()), id.text + "0", id.text.uppercased() + "g"] {
            #expect(GrantID(text: text) == nil)
        }
    }
}
