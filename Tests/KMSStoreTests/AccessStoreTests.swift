import Foundation
import GRDB
import KMSDomain
import KMSStore
import KMSTestSupport
import Testing

/// Who may do what, in every store.
@Suite struct AccessStoreTests {
    private let directory = TemporaryDirectory()
    private static let now = TurnedClock.start
    private static let alice = "arn:aws:iam::111122223333:user/team/alice"

    private func make(_ kind: KeyStoreTests.Kind) throws -> any KeyStore {
        let store: any KeyStore =
            switch kind {
            case .memory: InMemoryKeyStore()
            case .sqlite: try SQLiteKeyStore.create(at: directory.path(of: "keys.sqlite"))
            }
        try store.write { store throws in
            for byte in UInt8(1)...3 { try store.insert(KeyStoreTests.key(byte)) }
        }
        return store
    }

    private static func grant(
        _ byte: UInt8, key: UInt8 = 1, grantee: String = alice, retiring: String? = nil,
        constraint: GrantConstraint? = nil
    ) throws -> Grant {
        Grant(
            id: try #require(GrantID(bytes: [UInt8](repeating: byte, count: 32))),
            keyID: try KeyStoreTests.id(key), name: byte % 2 == 0 ? nil : "grant \(byte)",
            creationDate: now.adding(seconds: Int(byte)),
            grantee: try PrincipalPattern(aws: grantee),
            retiringPrincipal: try retiring.map { try PrincipalPattern(aws: $0) },
            issuingPrincipal: "arn:aws:iam::111122223333:root",
            operations: [.decrypt, .createGrant], constraint: constraint)
    }

    private static func identity(_ name: String, _ kind: Identity.Kind = .user) -> Identity {
        Identity(
            uniqueID: "AIDA" + name, accountID: "111122223333", path: "/team/", name: name,
            kind: kind, creationDate: now,
            tags: [IdentityTag(key: "a", value: "é"), IdentityTag(key: "team", value: "x")])
    }

    @Test("A grant is read back as it was written", arguments: KeyStoreTests.Kind.allCases)
    func grantRoundTrip(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let pair = GrantConstraint.Pair(key: Array("Dept".utf8), value: Array("é\u{0}".utf8))
        let grants = try [
            Self.grant(1), Self.grant(2, retiring: "111122223333"),
            Self.grant(3, constraint: GrantConstraint(equals: [], subset: nil)),
            Self.grant(4, constraint: GrantConstraint(equals: [pair], subset: [pair, pair])),
        ]
        try store.write { store throws in for grant in grants { try store.insert(grant) } }
        try store.read { store throws in
            for grant in grants { #expect(try store.grant(grant.id) == grant) }
            #expect(try store.grantCount(of: KeyStoreTests.id(1)) == 4)
        }
        try store.write { try $0.delete(grants[1].id) }
        #expect(try store.read { try $0.grant(grants[1].id) } == nil)
    }

    @Test(
        "Grants are found by key and grantee, and by who may retire them, page by page",
        arguments: KeyStoreTests.Kind.allCases)
    func grantLookup(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let bob = "arn:aws:iam::111122223333:user/bob"
        try store.write { store throws in
            try store.insert(Self.grant(1))
            try store.insert(Self.grant(2, grantee: bob, retiring: bob))
            try store.insert(Self.grant(3, key: 2, retiring: bob))
            try store.insert(Self.grant(4, grantee: "111122223333"))
            try store.insert(Self.grant(5))
        }
        let key = try KeyStoreTests.id(1)
        let patterns = try [Self.alice, "111122223333"].map { try PrincipalPattern(aws: $0) }
        try store.read { store throws in
            func numbers(_ grants: [Grant]) -> [UInt8] { grants.map { $0.id.bytes[0] } }
            #expect(
                numbers(try store.grants(of: key, for: patterns, limit: 9)).sorted() == [1, 4, 5])
            #expect(
                numbers(try store.grants(of: key, for: nil, after: nil, limit: 9)) == [1, 2, 4, 5])
            #expect(
                numbers(
                    try store.grants(
                        of: key, for: nil, after: Self.grant(2).id, limit: 1)) == [4])
            #expect(
                numbers(try store.grants(of: key, for: patterns[0], after: nil, limit: 9))
                    == [1, 5])
            let retiring = try PrincipalPattern(aws: bob)
            #expect(
                numbers(try store.grants(retiredBy: retiring, after: nil, limit: 9)) == [2, 3])
        }
    }

    @Test(
        "A key's policy is kept, replaced, and goes with the key and its grants",
        arguments: KeyStoreTests.Kind.allCases)
    func keyPolicy(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let key = try KeyStoreTests.id(1)
        #expect(try store.read { try $0.keyPolicy(of: key) } == nil)
        for text in ["{\n \"é\": \"\u{0}\"}", "{}"] {
            try store.write { try $0.setKeyPolicy(text, of: key) }
            #expect(try store.read { try $0.keyPolicy(of: key) } == text)
        }
        try store.write { try $0.insert(Self.grant(1)) }
        try store.write { try $0.destroy(key) }
        #expect(try store.read { try $0.keyPolicy(of: key) } == nil)
        #expect(try store.read { try $0.grant(Self.grant(1).id) } == nil)
    }

    @Test(
        "Identities are read back with tags and policies, and go with all that is theirs",
        arguments: KeyStoreTests.Kind.allCases)
    func identities(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let account = Account(id: "111122223333", name: "first", creationDate: Self.now)
        let alice = Self.identity("alice")
        var role = Self.identity("worker", .role(trustPolicy: "{}", maximumSessionSeconds: 3600))
        try store.write { store throws in
            try store.insert(account)
            try store.insert(alice)
            try store.insert(role)
            for (name, text) in [("b", "1"), ("a", "2"), ("b", "3")] {
                try store.set(IdentityPolicy(identityARN: alice.arn, name: name, text: text))
            }
            try store.insert(
                AccessKey(
                    id: "AKIA1", principalARN: alice.arn, isActive: true, creationDate: Self.now,
                    sealedSecret: [1, 2, 3]))
        }
        #expect(alice.arn == Self.alice)
        role.kind = .role(trustPolicy: "{ }", maximumSessionSeconds: 7200)
        role.tags = []
        let changed = role
        try store.write { try $0.update(changed) }
        try store.read { store throws in
            #expect(try store.accounts() == [account])
            #expect(try store.account("111122223333") == account)
            #expect(try store.identity(arn: alice.arn) == alice)
            #expect(
                try store.identities(ofAccount: "111122223333").map(\.arn)
                    == [changed.arn, alice.arn])
            #expect(try store.identity(arn: changed.arn) == changed)
            #expect(
                try store.policies(ofIdentity: alice.arn).map { [$0.name, $0.text] }
                    == [["a", "2"], ["b", "3"]])
        }
        try store.write { try $0.deletePolicy(named: "a", ofIdentity: alice.arn) }
        #expect(try store.read { try $0.policies(ofIdentity: alice.arn).count } == 1)
        try store.write { try $0.deleteIdentity(arn: alice.arn) }
        try store.read { store throws in
            #expect(try store.identity(arn: alice.arn) == nil)
            #expect(try store.policies(ofIdentity: alice.arn).isEmpty)
            #expect(try store.accessKey("AKIA1") == nil)
        }
    }

    @Test(
        "With an identity go the grants to it and its sessions, and it retires no grant of others",
        arguments: KeyStoreTests.Kind.allCases)
    func grantsOfDeletedIdentity(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let alice = Self.identity("alice")
        let role = Self.identity("r", .role(trustPolicy: "{}", maximumSessionSeconds: 3600))
        let sessions = "arn:aws:sts::111122223333:assumed-role/"
        // Named like them, and others all the same.
        let others = [
            "111122223333", alice.arn + "/x", alice.arn + "2", sessions + "r2/s",
            "arn:aws:iam::111122223333:user/team/ALICE",
            "arn:aws:sts::444455556666:assumed-role/r/s",
        ]
        let own = [alice.arn, role.arn, sessions + "r/s", sessions + "r/t"]
        try store.write { store throws in
            try store.insert(
                Account(id: "111122223333", name: "other", creationDate: Self.now))
            for identity in [alice, role] { try store.insert(identity) }
            for (index, principal) in (own + others).enumerated() {
                let number = UInt8(index)
                try store.insert(Self.grant(number, key: 1 + number % 3, grantee: principal))
                try store.insert(
                    Self.grant(number + 100, grantee: "444455556666", retiring: principal))
            }
        }
        func left() throws -> (grantees: Set<String>, retiring: Set<String>, count: Int) {
            try store.read { store throws in
                var grants: [Grant] = []
                for key in UInt8(1)...3 {
                    grants += try store.grants(
                        of: KeyStoreTests.id(key), for: nil, after: nil, limit: 100)
                }
                let found = grants.filter { $0.grantee.text != "arn:aws:iam::444455556666:root" }
                return (
                    Set(found.map(\.grantee.text)),
                    Set(grants.compactMap { $0.retiringPrincipal?.text }), grants.count
                )
            }
        }
        let kept = Set(try others.map { try PrincipalPattern(aws: $0).text })
        try store.write { try $0.deleteIdentity(arn: alice.arn) }
        var now = try left()
        #expect(now.grantees == kept.union(own.dropFirst()))
        #expect(now.retiring == kept.union(own.dropFirst()))
        #expect(now.count == 2 * (own.count + others.count) - 1)
        try store.write { try $0.deleteIdentity(arn: role.arn) }
        now = try left()
        #expect(now.grantees == kept)
        #expect(now.retiring == kept)
        #expect(now.count == 2 * (own.count + others.count) - own.count)
    }

    @Test("An access key is kept, changed and removed", arguments: KeyStoreTests.Kind.allCases)
    func accessKeys(kind: KeyStoreTests.Kind) throws {
        let store = try make(kind)
        let root = "arn:aws:iam::111122223333:root"
        var keys = ["AKIA2", "AKIA1"].map {
            AccessKey(
                id: $0, principalARN: root, isActive: true, creationDate: Self.now,
                sealedSecret: [UInt8](repeating: 7, count: 88))
        }
        let made = keys
        try store.write { store throws in for key in made { try store.insert(key) } }
        keys[0].isActive = false
        let changed = keys[0]
        try store.write { try $0.update(changed) }
        #expect(try store.read { try $0.accessKey("AKIA2") } == changed)
        #expect(try store.read { try $0.accessKeys(of: root).map(\.id) } == ["AKIA1", "AKIA2"])
        try store.read { store throws in
            #expect(try store.accessKeys(after: nil, limit: 1).map(\.id) == ["AKIA1"])
            #expect(try store.accessKeys(after: "AKIA1", limit: 9).map(\.id) == ["AKIA2"])
            #expect(try store.accessKeys(after: "AKIA2", limit: 9).isEmpty)
        }
        try store.write { try $0.deleteAccessKey("AKIA2") }
        #expect(try store.read { try $0.accessKeys(of: root).map(\.id) } == ["AKIA1"])
    }

    @Test(
        "Every question of a decision is answered by an index",
        arguments: [
            "SELECT * FROM grants WHERE key_id = x'00' AND grantee = '' ORDER BY id",
            "SELECT * FROM grants WHERE key_id = x'00' AND id > x'00' ORDER BY id LIMIT 1",
            "SELECT * FROM grants WHERE retiring_principal = '' AND id > x'00' ORDER BY id LIMIT 1",
            "SELECT count(*) AS count FROM grants WHERE key_id = x'00'",
            "SELECT * FROM identities WHERE arn = ''",
            "SELECT * FROM identity_policies WHERE identity_arn = '' ORDER BY name",
            "SELECT key, value FROM identity_tags WHERE identity_arn = '' ORDER BY key",
            "SELECT * FROM access_keys WHERE id = ''",
            "SELECT text FROM key_policies WHERE key_id = x'00'",
        ])
    func indices(query: String) throws {
        let path = directory.path(of: "keys.sqlite")
        try SQLiteKeyStore.create(at: path).close()
        let queue = try DatabaseQueue(path: directory.text + "/keys.sqlite")
        let plan = try queue.inDatabase { database in
            try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + query)
                .map { $0["detail"] as String }
        }
        #expect(!plan.isEmpty)
        for step in plan {
            #expect(step.hasPrefix("SEARCH"), "\(step)")
        }
    }
}
