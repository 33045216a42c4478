import GRDB
import KMSDomain
import KMSTestSupport
import Synchronization
import Testing

@testable import KMSStore

/// What makes decisions and lists cost the same however many keys and grants there are.
@Suite struct AccessPlanTests {
    private final class Statements: Sendable {
        private let texts = Mutex<[String]>([])

        func append(_ text: String) { texts.withLock { $0.append(text) } }

        func taken() -> [String] {
            texts.withLock { texts in
                defer { texts = [] }
                return texts
            }
        }
    }

    private static func grant(
        _ number: Int, grantee: String, operations: Set<Grant.Operation>,
        constraint: GrantConstraint?
    ) throws -> Grant {
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) }
        return Grant(
            id: try #require(GrantID(bytes: bytes)), keyID: try KeyStoreTests.id(1),
            name: "n\(number)", creationDate: TurnedClock.start,
            grantee: try PrincipalPattern(aws: grantee), retiringPrincipal: nil,
            issuingPrincipal: "arn:aws:iam::111122223333:root", operations: operations,
            constraint: constraint)
    }

    private static let alice = "arn:aws:iam::111122223333:user/alice"

    @Test("What a decision or a page of a list reads is found by an index, never by a scan")
    func plans() throws {
        let statements = Statements()
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            database.trace(options: .statement) { event in
                if case .statement(let statement) = event {
                    statements.append(statement.expandedSQL)
                }
            }
        }
        let queue = try DatabaseQueue(configuration: configuration)
        try queue.inDatabase { database in
            try SQLiteKeyStore.apply(Schema.current, from: 0, to: database)
            let store = SQLiteTransaction(database)
            try store.insert(KeyStoreTests.key(1))
            let id = try KeyStoreTests.id(1)
            let pair = GrantConstraint.Pair(key: [1], value: [2])
            let grant = try Self.grant(
                1, grantee: Self.alice, operations: [.decrypt],
                constraint: GrantConstraint(equals: [pair], subset: nil))
            try store.insert(grant)
            let alice = try PrincipalPattern(aws: Self.alice)
            _ = statements.taken()
            _ = try store.key(id)
            _ = try store.keys(in: .local, after: nil, limit: 101)
            _ = try store.aliases(in: .local, after: nil, limit: 51)
            _ = try store.aliases(of: id, after: nil, limit: 51)
            _ = try store.alias(named: "alias/a", in: .local)
            _ = try store.keyPolicy(of: id)
            _ = try store.tags(of: id)
            _ = try store.grant(grant.id)
            _ = try store.grants(of: id, for: [alice], limit: 101)
            for operation in Grant.Operation.allCases {
                _ = try store.grants(
                    of: id, for: [alice],
                    concerning: GrantUse(operation, context: [pair], newGrant: nil))
            }
            _ = try store.grants(of: id, named: "n1")
            _ = try store.grants(of: id, for: nil, after: grant.id, limit: 51)
            _ = try store.grants(of: id, for: alice, after: grant.id, limit: 51)
            _ = try store.grants(retiredBy: alice, after: grant.id, limit: 51)
            _ = try store.identity(arn: Self.alice)
            _ = try store.policies(ofIdentity: Self.alice)
            _ = try store.accessKey("AKIA")
            let asked = Set(statements.taken())
            #expect(asked.count > 15)
            for statement in asked {
                let plan = try String.fetchAll(
                    database, sql: "EXPLAIN QUERY PLAN " + statement,
                    adapter: SuffixRowAdapter(fromIndex: 3))
                for step in plan {
                    #expect(
                        !step.hasPrefix("SCAN") && !step.contains("TEMP B-TREE FOR ORDER"),
                        "\(step) in \(statement)")
                }
            }
        }
    }

    @Test("Of very many grants those that are read decide as all of them would")
    func concerning() throws {
        let directory = TemporaryDirectory()
        let store = try SQLiteKeyStore.create(at: directory.path(of: "keys.sqlite"))
        var random = SystemRandomNumberGenerator()
        func pairs() -> [GrantConstraint.Pair] {
            (0..<Int.random(in: 0...3, using: &random)).map { _ in
                GrantConstraint.Pair(
                    key: Array(
                        ["a", "A", "b", "c"].randomElement(using: &random)?.utf8 ?? "".utf8),
                    value: [UInt8.random(in: 0...1, using: &random)])
            }
        }
        func constraint() -> GrantConstraint? {
            GrantConstraint(
                equals: Bool.random(using: &random) ? pairs() : nil,
                subset: Bool.random(using: &random) ? pairs() : nil)
        }
        func operations() -> Set<Grant.Operation> {
            Set(
                [.decrypt, .encrypt, .createGrant, .describeKey].filter { _ in
                    Bool.random(using: &random)
                })
        }
        let grantees = [Self.alice, "111122223333"]
        try store.write { store throws in
            try store.insert(KeyStoreTests.key(1))
            for number in 0..<120 {
                try store.insert(
                    Self.grant(
                        number, grantee: grantees.randomElement(using: &random) ?? "",
                        operations: operations(), constraint: constraint()))
            }
        }
        let id = try KeyStoreTests.id(1)
        let alice = Principal(kind: .user, accountID: "111122223333", arn: Self.alice)
        var allowed = 0
        for _ in 0..<500 {
            let operation: Grant.Operation =
                [.decrypt, .encrypt, .createGrant, .describeKey, .sign].randomElement(
                    using: &random) ?? .sign
            // Few pairs of many, so that no is an answer too.
            let context = pairs()
            let proposal = GrantProposal(operations: operations(), constraint: constraint())
            let use = GrantUse(operation, context: context, newGrant: proposal)
            let (all, some) = try store.read { store throws in
                (
                    try store.grants(of: id, for: alice.chain, limit: .max),
                    try store.grants(of: id, for: alice.chain, concerning: use)
                )
            }
            func best(_ grants: [Grant]) -> PrincipalPattern.Match? {
                grants.compactMap { grant -> PrincipalPattern.Match? in
                    let verdict = grant.verdict(
                        on: alice, operation: operation, context: context, newGrant: proposal)
                    if case .allows(let match) = verdict { return match }
                    return nil
                }.max()
            }
            #expect(all.count == 120)
            #expect(best(some) == best(all))
            if best(all) != nil { allowed += 1 }
        }
        #expect((1..<500).contains(allowed))
    }
}
